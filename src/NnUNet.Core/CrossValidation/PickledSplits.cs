using System.Text;

namespace NnUNet.Core.CrossValidation;

/// <summary>Reads the original's <c>splits_final.pkl</c>: a list of dictionaries with the keys train and val.</summary>
/// <remarks>
/// Knows only what such a file needs: lists, dictionaries, texts, numbers, and numpy's arrays of texts. Nothing is looked up or
/// executed; whatever else a file asks for is refused by name.
/// </remarks>
internal static class PickledSplits
{
    private const long MaxBytes = 16 << 20;

    /// <summary>Reads the splits.</summary>
    /// <exception cref="FoldException">The file is not such a list, or is cut off.</exception>
    public static IReadOnlyList<Fold> Read(string path)
    {
        if (new FileInfo(path).Length > MaxBytes) throw Refused(path, "it has more than 16 MB, which splits never have");
        try
        {
            object? root = new SplitsUnpickler(File.ReadAllBytes(path)).Run();
            return root is List<object?> { Count: > 0 } splits
                ? [.. splits.Select(static s => new Fold([.. Cases(s, "train")], [.. Cases(s, "val")]))]
                : throw new FormatException("it holds no list of splits");
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or ArgumentException or OverflowException or IOException or UnauthorizedAccessException)
        {
            throw Refused(path, e is FormatException or IOException or UnauthorizedAccessException ? e.Message.TrimEnd('.') : "it is cut off or damaged");
        }
    }

    private static IEnumerable<string> Cases(object? split, string key)
    {
        if (split is not Dictionary<object, object?> entries || !entries.TryGetValue(key, out object? cases))
        {
            throw new FormatException($"a split has no \"{key}\"");
        }

        return cases switch
        {
            PickledTexts array => array.Values(),
            List<object?> list => list.Select(Text),
            object?[] tuple => tuple.Select(Text),
            _ => throw new FormatException($"\"{key}\" is no list of case names"),
        };
    }

    private static string Text(object? value) => value as string ?? throw new FormatException("a case name is no text");

    private static FoldException Refused(string path, string what) => new(path, what, $"write the splits to {Folds.FileName} instead");
}

/// <summary>A numpy array of texts or the type of one, while it is put together.</summary>
internal sealed class PickledTexts
{
    private string? _type;
    private bool _bigEndian;
    private object? _data;
    private int _count;

    /// <summary>numpy's dtype of a code such as U15 or O8.</summary>
    public static PickledTexts OfType(object? code) =>
        code is string text && (text.StartsWith('U') || text.StartsWith('O'))
            ? new PickledTexts { _type = text }
            : throw new FormatException($"an array of type {code} holds no case names");

    /// <summary>One text in numpy's own memory layout.</summary>
    public static string Scalar(object? type, object? data) => type is PickledTexts known
        ? new PickledTexts { _type = known._type, _bigEndian = known._bigEndian, _data = data, _count = 1 }.Values().Single()
        : throw new FormatException("it holds a number where a case name is expected");

    /// <summary>Takes the state that numpy stores: (version, byte order, …) of a type, (version, shape, type, order, data) of an array.</summary>
    public void SetState(object?[] state)
    {
        if (_type is not null)
        {
            _bigEndian = state[1] is ">";
            return;
        }

        if (state is not [_, object?[] and [long count], PickledTexts type, _, object data] || count is < 0 or > int.MaxValue)
        {
            throw new FormatException("it holds an array that is no list of case names");
        }

        (_type, _bigEndian, _data, _count) = (type._type, type._bigEndian, data, (int)count);
    }

    /// <summary>The texts.</summary>
    public IEnumerable<string> Values()
    {
        if (_data is List<object?> objects) return objects.Select(static o => o as string ?? throw new FormatException("a case name is no text"));
        if (_data is not byte[] bytes || _type is not ['U', .. string length] || !int.TryParse(length, out int characters))
        {
            throw new FormatException("an array of case names has no texts");
        }

        int size = checked(characters * 4);
        if (size <= 0 || (long)size * _count != bytes.Length) throw new FormatException("an array of case names is cut off");
        Encoding encoding = new UTF32Encoding(_bigEndian, byteOrderMark: false, throwOnInvalidCharacters: true);
        return Enumerable.Range(0, _count).Select(i => encoding.GetString(bytes, i * size, size).TrimEnd('\0'));
    }
}
