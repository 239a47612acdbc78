using System.Runtime.InteropServices;

namespace NnUNet.Files.Pickle;

/// <summary>The stack of the pickle virtual machine with its marks; taking more than there is since the last mark is an error.</summary>
internal sealed class PickleStack
{
    private readonly List<object?> _values = [];
    private readonly List<int> _marks = [];

    private int Bottom => _marks.Count > 0 ? _marks[^1] : 0;

    public void Mark() => _marks.Add(_values.Count);

    public void Push(object? value) => _values.Add(value);

    public object? Peek() => _values.Count > Bottom ? _values[^1] : throw new InvalidDataException("a value is missing");

    public object? Pop()
    {
        object? value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    /// <summary>Takes the value on top, which must be of a type.</summary>
    public T Pop<T>() => Pop() is T value ? value : throw new InvalidDataException($"a value of {typeof(T).Name} is expected");

    public object?[] Pop(int count)
    {
        if (_values.Count - Bottom < count) throw new InvalidDataException($"{count} values are expected, but {_values.Count - Bottom} are there");
        object?[] values = CollectionsMarshal.AsSpan(_values)[^count..].ToArray();
        _values.RemoveRange(_values.Count - count, count);
        return values;
    }

    /// <summary>Takes everything above the last mark, and the mark.</summary>
    public object?[] PopToMark()
    {
        if (_marks.Count == 0) throw new InvalidDataException("a mark is missing");
        object?[] values = Pop(_values.Count - _marks[^1]);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    /// <summary>What Python's POP does: takes a mark when that is on top, else a value.</summary>
    public void Drop()
    {
        if (_marks.Count > 0 && _marks[^1] == _values.Count) _marks.RemoveAt(_marks.Count - 1);
        else Pop();
    }
}
