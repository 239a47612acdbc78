using System.Buffers.Binary;
using System.Text;

namespace NnUNet.Core.CrossValidation;

/// <summary>The few instructions of Python's pickle protocols 2 to 5 that a file of splits is made of.</summary>
/// <param name="bytes">The whole file.</param>
internal sealed class SplitsUnpickler(byte[] bytes)
{
    private const int MaxObjects = 1_000_000;

    private readonly Stack<List<object?>> _outer = new();
    private readonly Dictionary<int, object?> _memo = [];
    private List<object?> _stack = [];
    private int _position;

    /// <summary>What the file holds.</summary>
    /// <exception cref="FormatException">It is damaged, or asks for something that splits do not need.</exception>
    /// <exception cref="ArgumentException">It is cut off; so do index errors say.</exception>
    public object? Run()
    {
        while (true)
        {
            char code = (char)Take(1)[0];
            if (code == '.') return Pop();
            Step(code);
        }
    }

    private void Step(char code)
    {
        switch (code)
        {
            case '\x80': Take(1); break; // protocol
            case '\x95': Take(8); break; // frame
            case '(': Mark(); break;
            case '0': Pop(); break;
            case 'N': Push(null); break;
            case '\x88': Push(true); break;
            case '\x89': Push(false); break;
            case 'K': Push((long)Take(1)[0]); break;
            case 'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case '\x8c': Push(Encoding.UTF8.GetString(Take(Take(1)[0]))); break;
            case 'X': Push(Encoding.UTF8.GetString(Take(Length()))); break;
            case 'C': Push(Take(Take(1)[0]).ToArray()); break;
            case 'B': Push(Take(Length()).ToArray()); break;
            case ']': Push(new List<object?>()); break;
            case '}': Push(new Dictionary<object, object?>()); break;
            case ')': Push(Array.Empty<object?>()); break;
            case '\x85': PushTuple(1); break;
            case '\x86': PushTuple(2); break;
            case '\x87': PushTuple(3); break;
            case 't': Push(ToMark().ToArray()); break;
            case 'a': Append(Last(1)); break;
            case 'e': Append(ToMark()); break;
            case 's': SetItems([.. Last(2)]); break;
            case 'u': SetItems([.. ToMark()]); break;
            case 'q': Remember(Take(1)[0]); break;
            case 'r': Remember(Length()); break;
            case '\x94': Remember(_memo.Count); break;
            case 'h': Push(Remembered(Take(1)[0])); break;
            case 'j': Push(Remembered(Length())); break;
            case 'c': Push(new Builder(Line(), Line())); break;
            case '\x93': PushGlobal(); break;
            case 'R': Reduce(); break;
            case 'b': Build(); break;
            default: throw new FormatException($"it uses the pickle instruction 0x{(int)code:x2}, which splits do not need");
        }
    }

    private void Reduce()
    {
        object?[] arguments = As<object?[]>(Pop());
        Builder builder = As<Builder>(Pop());
        Push((builder.Module, builder.Name) switch
        {
            ("collections", "OrderedDict") when arguments.Length == 0 => new Dictionary<object, object?>(),
            ("numpy.core.multiarray" or "numpy._core.multiarray", "_reconstruct") => new PickledTexts(),
            ("numpy.core.multiarray" or "numpy._core.multiarray", "scalar") => PickledTexts.Scalar(arguments[0], arguments[1]),
            ("numpy", "dtype") => PickledTexts.OfType(arguments[0]),
            ("_codecs", "encode") => Encoding.Latin1.GetBytes(As<string>(arguments[0])),
            _ => throw new FormatException($"it asks for {builder.Module}.{builder.Name}, which splits do not need"),
        });
    }

    private void Build()
    {
        object? state = Pop();
        if (Peek() is not PickledTexts texts) throw new FormatException("it sets the state of something that splits do not need");
        texts.SetState(As<object?[]>(state));
    }

    private void PushGlobal()
    {
        string name = As<string>(Pop());
        Push(new Builder(As<string>(Pop()), name));
    }

    private void SetItems(object?[] items)
    {
        Dictionary<object, object?> dictionary = As<Dictionary<object, object?>>(Peek());
        for (int i = 0; i < items.Length; i += 2) dictionary[items[i]!] = items[i + 1];
    }

    private void Append(List<object?> items) => As<List<object?>>(Peek()).AddRange(items);

    private void Mark()
    {
        if (_outer.Count > 100) throw new FormatException("it is nested too deeply");
        _outer.Push(_stack);
        _stack = [];
    }

    private List<object?> ToMark()
    {
        List<object?> items = _stack;
        _stack = _outer.TryPop(out List<object?>? outer) ? outer : throw new FormatException("it is cut off or damaged");
        return items;
    }

    private List<object?> Last(int count)
    {
        List<object?> items = _stack.GetRange(_stack.Count - count, count);
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    private void PushTuple(int count) => Push(Last(count).ToArray());

    private object? Remembered(int index) => _memo.TryGetValue(index, out object? value) ? value : throw new FormatException("it is cut off or damaged");

    private void Push(object? value)
    {
        if (_stack.Count >= MaxObjects) throw new FormatException("it holds more than splits ever do");
        _stack.Add(value);
    }

    private void Remember(int index)
    {
        if (_memo.Count >= MaxObjects) throw new FormatException("it holds more than splits ever do");
        _memo[index] = Peek();
    }

    private static T As<T>(object? value) => value is T expected ? expected : throw new FormatException("it is cut off or damaged");

    private object? Peek() => _stack[^1];

    private object? Pop() => Last(1)[0];

    private int Length() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    private string Line()
    {
        int end = Array.IndexOf(bytes, (byte)'\n', _position);
        string line = Encoding.ASCII.GetString(Take(end - _position));
        Take(1);
        return line;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> taken = bytes.AsSpan(_position, count);
        _position += count;
        return taken;
    }

    /// <summary>A function that the file names; only <see cref="Reduce"/> decides what it means.</summary>
    private sealed record Builder(string Module, string Name);
}
