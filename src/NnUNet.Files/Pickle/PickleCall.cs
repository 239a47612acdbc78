namespace NnUNet.Files.Pickle;

/// <summary>A call in a pickle of a name that is allowed.</summary>
public sealed class PickleCall
{
    private readonly PickleBudget _budget;

    internal PickleCall(string name, PickleTuple arguments, PickleBudget budget)
    {
        Name = name;
        Arguments = arguments;
        _budget = budget;
    }

    /// <summary>What is called, with its module: <c>numpy.dtype</c>.</summary>
    public string Name { get; }

    /// <summary>The arguments.</summary>
    public PickleTuple Arguments { get; }

    /// <summary>One argument of a given type.</summary>
    /// <exception cref="InvalidDataException">There are fewer arguments, or this one is of another type.</exception>
    public T Argument<T>(int index) => index < Arguments.Count && Arguments[index] is T value
        ? value
        : throw new InvalidDataException($"{Name} is called with {Arguments}, where argument {index + 1} should be of {typeof(T).Name}");

    /// <summary>Notes bytes that are about to be allocated.</summary>
    /// <exception cref="InvalidDataException">They would be more than the options allow.</exception>
    public void Charge(long bytes) => _budget.Take(bytes);
}
