namespace NnUNet.Files.Pickle;

/// <summary>A name of a Python class or function that is on the list of what a pickle may contain. It is only a name: nothing is looked up.</summary>
public sealed class PickleGlobal
{
    internal PickleGlobal(string name, PickleBuilder? builder)
    {
        Name = name;
        Builder = builder;
    }

    /// <summary>Module and name: <c>numpy.ndarray</c>.</summary>
    public string Name { get; }

    /// <summary>Makes what a call of it asks for; null when it may not be called.</summary>
    internal PickleBuilder? Builder { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
