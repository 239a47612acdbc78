using System.Globalization;
using System.Text;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.Nrrd;

/// <summary>The lines of an NRRD header: its fields, its pairs of key and value, and the names of files behind it.</summary>
internal sealed class NrrdHeader
{
    private const string DataFile = "datafile";
    private const string List = "LIST";

    private readonly string _path;
    private readonly HeaderText _text;
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    private readonly List<string> _listed = [];

    private NrrdHeader(string path, HeaderText text)
    {
        (_path, _text) = (path, text);
        if (text.Lines.Count == 0 || !IsMagic(text.Lines[0])) throw new FileFormatException(path, "the file does not begin with an NRRD header", "check that it is an NRRD file, not compressed as a whole, and not cut off");
        bool listing = false;
        foreach (string line in text.Lines.Skip(1))
        {
            if (listing && line.Trim().Length > 0) _listed.Add(line.Trim());
            if (listing || line.StartsWith('#')) continue;
            listing = Add(line) && IsList;
        }

        if (!text.IsWhole && !_fields.ContainsKey(DataFile)) throw new FileFormatException(path, "the header ends without an empty line, and names no file with voxels", "the file is cut off or damaged; copy it again");
    }

    /// <summary>Keys and values that programs have added.</summary>
    public Dictionary<string, string> KeyValues { get; } = new(StringComparer.Ordinal);

    /// <summary>The byte behind the header.</summary>
    public long End => _text.End;

    /// <summary>Whether the voxels lie in other files.</summary>
    public bool IsDetached => _fields.ContainsKey(DataFile);

    private bool IsList => FileWords is [List, ..];

    private string[] FileWords => this[DataFile]?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>A field's value; null where the header has none.</summary>
    /// <param name="field">The name in lower case, without blanks.</param>
    public string? this[string field] => _fields.GetValueOrDefault(field);

    /// <summary>Whether content begins as NRRD files do.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> start) => start.StartsWith("NRRD00"u8);

    /// <summary>Reads the header of an open file.</summary>
    /// <exception cref="FileFormatException">It is none, cut off, or has a field twice.</exception>
    public static NrrdHeader Read(string path, Stream stream)
    {
        byte[] start = new byte[6];
        stream.Position = 0;
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !HasMagic(start))
        {
            throw new FileFormatException(path, "the file does not begin with an NRRD header", "check that it is an NRRD file, not compressed as a whole, and not cut off");
        }

        return new NrrdHeader(path, HeaderText.Read(path, stream, static line => line.Length == 0));
    }

    /// <summary>A field's value.</summary>
    /// <exception cref="FileFormatException">The header has none.</exception>
    public string Required(string field) => this[field] ?? throw new FileFormatException(_path, $"the header has no field \"{field}\"", "copy or export the file again");

    /// <summary>A whole number; another one where the header has none.</summary>
    /// <exception cref="FileFormatException">The value is none.</exception>
    public long Whole(string field, long otherwise) => this[field] is { } text ? Whole(field, text) : otherwise;

    /// <summary>Whole numbers, one of each axis.</summary>
    /// <exception cref="FileFormatException">There are others, or not so many.</exception>
    public long[] Wholes(string field, int count)
    {
        string[] words = Words(Required(field));
        return words.Length == count ? [.. words.Select(w => Whole(field, w))] : throw Wrong(field, this[field]!, $"{count} numbers");
    }

    /// <summary>Numbers, one of each axis; null where the header has none. NaN stands for "not known".</summary>
    /// <exception cref="FileFormatException">There are others, or not so many.</exception>
    public double[]? Numbers(string field, int count)
    {
        if (this[field] is not { } text) return null;
        string[] words = Words(text);
        return words.Length == count ? [.. words.Select(w => Number(field, w))] : throw Wrong(field, text, $"{count} numbers");
    }

    /// <summary>Vectors in brackets, one of each axis; null for one that is "none", and null where the header has none at all.</summary>
    /// <exception cref="FileFormatException">There are others, or not so many.</exception>
    public double[]?[]? Vectors(string field, int count, int length)
    {
        if (this[field] is not { } text) return null;
        List<double[]?> vectors = [];
        for (int at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            int end = text[at] == '(' ? text.IndexOf(')', at) : text.IndexOf('(', at) is >= 0 and int next ? Math.Min(next, WordEnd(text, at)) - 1 : WordEnd(text, at) - 1;
            if (end < 0 || vectors.Count == count) throw Wrong(field, text, $"{count} vectors of {length} numbers");
            string item = text[at..(end + 1)];
            at = end + 1;
            if (item is "none")
            {
                vectors.Add(null);
                continue;
            }

            string[] words = item is ['(', .., ')'] ? item[1..^1].Split(',', StringSplitOptions.TrimEntries) : [];
            if (words.Length != length) throw Wrong(field, text, $"{count} vectors of {length} numbers");
            double[] vector = [.. words.Select(w => Number(field, w))];
            vectors.Add(vector.All(double.IsNaN) ? null : vector);
        }

        return vectors.Count == count ? [.. vectors] : throw Wrong(field, text, $"{count} vectors of {length} numbers");
    }

    /// <summary>The files that the header names for the voxels, by their full paths; null where the voxels lie behind it.</summary>
    /// <exception cref="FileFormatException">A file lies outside the header's folder, or there are none or too many.</exception>
    public IReadOnlyList<string>? Files()
    {
        if (!IsDetached) return null;
        IReadOnlyList<string> names = IsList ? _listed : OfPattern() ?? [this[DataFile]!];
        if (names.Count is 0 or > DetachedFiles.Most) throw new FileFormatException(_path, $"the header names {names.Count} files with voxels", "copy all lines of the header");
        return [.. names.Select(name => DetachedFiles.Resolve(_path, name))];
    }

    /// <summary>The header's text with other names of the files with voxels, in their order.</summary>
    public string WithFiles(IReadOnlyList<string> names)
    {
        StringBuilder text = new();
        foreach (string line in _text.Lines)
        {
            if (line.Length == 0) break;
            if (FieldOf(line) is (DataFile, _))
            {
                if (IsList) break;
                continue;
            }

            text.Append(line).Append('\n');
        }

        if (names.Count == 1 && !IsList) return text.Append(CultureInfo.InvariantCulture, $"data file: {names[0]}\n").ToString();
        string[] words = FileWords;
        string axes = IsList ? words.ElementAtOrDefault(1) ?? "" : words.ElementAtOrDefault(4) ?? "";
        text.Append("data file: LIST").Append(axes.Length > 0 ? " " + axes : "").Append('\n');
        foreach (string name in names) text.Append(name).Append('\n');
        return text.ToString();
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static int WordEnd(string text, int at)
    {
        while (at < text.Length && !char.IsWhiteSpace(text[at])) at++;
        return at;
    }

    private static bool IsMagic(string line) => line.Length is 8 or 10 && line.StartsWith("NRRD00", StringComparison.Ordinal);

    /// <summary>The field's name in lower case without blanks, and its value; null where a line is no field.</summary>
    private static (string Name, string Value)? FieldOf(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || (colon + 1 < line.Length && line[colon + 1] == '=')) return null;
        return (line[..colon].Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant(), line[(colon + 1)..].Trim());
    }

    private bool Add(string line)
    {
        if (line.Length == 0) return false;
        if (FieldOf(line) is { } field)
        {
            if (_fields.TryAdd(field.Name, field.Value)) return true;
            throw new FileFormatException(_path, $"the header has the field \"{field.Name}\" twice", "correct the header, or export the file again");
        }

        int pair = line.IndexOf(":=", StringComparison.Ordinal);
        if (pair < 1) throw new FileFormatException(_path, $"the header's line \"{Short(line)}\" is neither a field nor a key with a value", "copy or export the file again");
        KeyValues[line[..pair]] = line[(pair + 2)..].Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
        return false;
    }

    private IReadOnlyList<string>? OfPattern()
    {
        string[] words = FileWords;
        if (words.Length is not (4 or 5) || !words[0].Contains('%', StringComparison.Ordinal)) return null;
        return DetachedFiles.OfPattern(_path, words[0], Whole("data file", words[1]), Whole("data file", words[2]), Whole("data file", words[3]));
    }

    private long Whole(string field, string word) =>
        long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : throw Wrong(field, word, "a whole number");

    private double Number(string field, string word)
    {
        if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)) return number;
        return word.ToLowerInvariant() is "none" or "???" ? double.NaN : throw Wrong(field, word, "a number");
    }

    private FileFormatException Wrong(string field, string value, string wanted) => new(_path, $"the field \"{field}\" is \"{Short(value)}\", where {wanted} should stand", "copy or export the file again");

    private static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
