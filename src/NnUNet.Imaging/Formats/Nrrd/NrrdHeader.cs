using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.Nrrd;

/// <summary>The lines of an NRRD header: its fields, its pairs of key and value, and the names of files behind it.</summary>
internal sealed class NrrdHeader : VoxelHeader
{
    private const string DataFile = "datafile";
    private const string List = "LIST";

    private readonly HeaderText _text;

    private NrrdHeader(string path, HeaderText text)
        : base(path, DataFile)
    {
        _text = text;
        if (text.Lines.Count == 0 || !IsMagic(text.Lines[0])) throw new FileFormatException(path, "the file does not begin with an NRRD header", "check that it is an NRRD file, not compressed as a whole, and not cut off");
        bool listing = false;
        foreach (string line in text.Lines.Skip(1))
        {
            if (listing && line.Trim().Length > 0) Listed.Add(line.Trim());
            if (listing || line.StartsWith('#')) continue;
            listing = Add(line) && IsList;
        }

        if (!text.IsWhole && !Fields.ContainsKey(DataFile)) throw new FileFormatException(path, "the header ends without an empty line, and names no file with voxels", "the file is cut off or damaged; copy it again");
    }

    /// <summary>Keys and values that programs have added.</summary>
    public Dictionary<string, string> KeyValues { get; } = new(StringComparer.Ordinal);

    /// <summary>The byte behind the header.</summary>
    public override long End => _text.End;

    protected override bool IsDetached => Fields.ContainsKey(DataFile);

    protected override bool IsList => FileWords is [List, ..];

    protected override bool MayHaveMore => false;

    protected override IEnumerable<string> OtherLines
    {
        get
        {
            foreach (string line in _text.Lines)
            {
                bool isData = FieldOf(line) is (DataFile, _);
                if (line.Length == 0 || (isData && IsList)) break;
                if (!isData) yield return line;
            }
        }
    }

    protected override string ListWords => string.Join(' ', (string[])[List, .. FileWords.Skip(IsList ? 1 : 4).Take(1)]);

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

    /// <summary>A number; NaN, which stands for "not known", for words that say so.</summary>
    protected override double Number(string field, string word) =>
        !double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _) && word.ToLowerInvariant() is "none" or "???" ? double.NaN : base.Number(field, word);

    protected override string DataLine(string value) => $"data file: {value}";

    protected override IReadOnlyList<string>? OfPattern()
    {
        string[] words = FileWords;
        if (words.Length is not (4 or 5) || !words[0].Contains('%', StringComparison.Ordinal)) return null;
        return DetachedFiles.OfPattern(Path, words[0], Whole("data file", words[1]), Whole("data file", words[2]), Whole("data file", words[3]));
    }

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
            if (Fields.TryAdd(field.Name, field.Value)) return true;
            throw new FileFormatException(Path, $"the header has the field \"{field.Name}\" twice", "correct the header, or export the file again");
        }

        int pair = line.IndexOf(":=", StringComparison.Ordinal);
        if (pair < 1) throw new FileFormatException(Path, $"the header's line \"{Short(line)}\" is neither a field nor a key with a value", "copy or export the file again");
        KeyValues[line[..pair]] = line[(pair + 2)..].Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
        return false;
    }
}
