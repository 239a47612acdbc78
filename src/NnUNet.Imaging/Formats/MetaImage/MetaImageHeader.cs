using System.Globalization;
using System.Text;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.MetaImage;

/// <summary>The lines of a MetaImage header, up to the one that says where the voxels are, and the names of files behind it.</summary>
internal sealed class MetaImageHeader
{
    private const string DataFile = "ElementDataFile";

    private readonly string _path;
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    private readonly List<string> _lines = [];
    private readonly List<string> _listed = [];

    private MetaImageHeader(string path, Stream stream)
    {
        _path = path;
        HeaderText text = HeaderText.Read(path, stream, static line => FieldOf(line) is (DataFile, _));
        foreach (string line in text.Lines)
        {
            if (FieldOf(line) is not { } field)
            {
                if (line.Trim().Length == 0) continue;
                throw new FileFormatException(path, _fields.Count == 0 ? "the file does not begin with a MetaImage header" : $"the header's line \"{Short(line)}\" is no name with a value", "check that it is a MetaImage file, not compressed as a whole, and not cut off");
            }

            _lines.Add(line);
            _fields[field.Name] = field.Value;
        }

        if (!text.IsWhole) throw new FileFormatException(path, $"the header ends without the line \"{DataFile}\"", "the file is cut off or damaged; copy it again");
        End = text.End;
        if (!IsList) return;
        HeaderText names = HeaderText.Read(path, stream, static _ => false);
        _listed.AddRange(names.Lines.Skip(text.Lines.Count).Select(static line => line.Trim()).Where(static line => line.Length > 0));
    }

    /// <summary>The byte behind the header.</summary>
    public long End { get; }

    /// <summary>Whether the voxels lie behind the header.</summary>
    public bool IsLocal => this[DataFile] is "LOCAL" or "Local" or "local";

    private bool IsList => FileWords is [{ } first, ..] && first.StartsWith("LIST", StringComparison.Ordinal);

    private string[] FileWords => this[DataFile]!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A field's value; null where the header has none.</summary>
    public string? this[string field] => _fields.GetValueOrDefault(field);

    /// <summary>Whether content begins as MetaImage files do as a rule: with the type of the object.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> start) => start.StartsWith("ObjectType"u8) && start["ObjectType"u8.Length..].TrimStart((byte)' ') is [(byte)'=' or (byte)':', ..];

    /// <summary>Reads the header of an open file.</summary>
    /// <exception cref="FileFormatException">It is none, or cut off.</exception>
    public static MetaImageHeader Read(string path, Stream stream) => new(path, stream);

    /// <summary>A field's value.</summary>
    /// <exception cref="FileFormatException">The header has none.</exception>
    public string Required(string field) => this[field] ?? throw new FileFormatException(_path, $"the header has no field \"{field}\"", "copy or export the file again");

    /// <summary>Whether a field is true, as MetaIO reads it; another value where the header has none.</summary>
    public bool IsTrue(string field, bool otherwise) => this[field] is { } text ? text is ['T' or 't' or '1', ..] : otherwise;

    /// <summary>A whole number; another one where the header has none.</summary>
    /// <exception cref="FileFormatException">The value is none.</exception>
    public long Whole(string field, long otherwise) => this[field] is { } text ? Whole(field, text) : otherwise;

    /// <summary>Whole numbers, one of each axis.</summary>
    /// <exception cref="FileFormatException">There are others, or fewer.</exception>
    public long[] Wholes(string field, int count)
    {
        string[] words = Required(field).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= count ? [.. words.Take(count).Select(w => Whole(field, w))] : throw Wrong(field, this[field]!, $"{count} numbers");
    }

    /// <summary>The numbers of the last of several fields that the header has; null where it has none of them.</summary>
    /// <exception cref="FileFormatException">There are others, or fewer than wanted.</exception>
    public double[]? Numbers(int count, params string[] fields)
    {
        if (fields.LastOrDefault(f => this[f] is not null) is not { } field) return null;
        string[] words = this[field]!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= count ? [.. words.Take(count).Select(w => Number(field, w))] : throw Wrong(field, this[field]!, $"{count} numbers");
    }

    /// <summary>The files that the header names for the voxels, by their full paths; null where the voxels lie behind it.</summary>
    /// <exception cref="FileFormatException">A file lies outside the header's folder, or there are not as many as the image needs.</exception>
    public IReadOnlyList<string>? Files()
    {
        if (IsLocal) return null;
        IReadOnlyList<string> names = IsList ? _listed : OfPattern() ?? [this[DataFile]!];
        if (names.Count is 0 or > DetachedFiles.Most) throw new FileFormatException(_path, $"the header names {names.Count} files with voxels", "copy all lines of the header");
        return [.. names.Select(name => DetachedFiles.Resolve(_path, name))];
    }

    /// <summary>The header's text with other names of the files with voxels, in their order.</summary>
    public string WithFiles(IReadOnlyList<string> names)
    {
        StringBuilder text = new();
        foreach (string line in _lines.SkipLast(1)) text.Append(line).Append('\n');
        if (names.Count == 1 && !IsList) return text.Append(CultureInfo.InvariantCulture, $"{DataFile} = {names[0]}\n").ToString();
        text.Append(DataFile).Append(" = ").Append(IsList ? string.Join(' ', FileWords) : "LIST").Append('\n');
        foreach (string name in names) text.Append(name).Append('\n');
        return text.ToString();
    }

    /// <summary>How many of the axes lie in one file.</summary>
    public int AxesOfFile(int axes) => IsList && FileWords.Length > 1 && int.TryParse(FileWords[1], NumberStyles.None, CultureInfo.InvariantCulture, out int stated) && stated > 0 && stated < axes ? stated : axes - 1;

    private static (string Name, string Value)? FieldOf(string line)
    {
        int separator = line.AsSpan().IndexOfAny('=', ':');
        return separator < 1 ? null : (line[..separator].Trim(), line[(separator + 1)..].Trim());
    }

    /// <summary>The files of a pattern, with the first number, the last and the step behind it; in its own place stand blanks of names.</summary>
    private IReadOnlyList<string>? OfPattern()
    {
        string[] words = FileWords;
        if (!this[DataFile]!.Contains('%', StringComparison.Ordinal)) return null;
        long last = Wholes("DimSize", (int)Math.Clamp(Whole("NDims", 1), 1, 10))[^1];
        long first = 1, step = 1;
        string pattern = words[0];
        if (words.Length >= 5) (pattern, words) = (string.Join(' ', words[..^3]), ["", .. words[^3..]]);
        if (words.Length >= 2) (first, last) = (Whole(DataFile, words[1]), unchecked(Whole(DataFile, words[1]) + last - 1));
        if (words.Length >= 3) last = Whole(DataFile, words[2]);
        if (words.Length >= 4) step = Whole(DataFile, words[3]);
        return DetachedFiles.OfPattern(_path, pattern, first, last, step);
    }

    private long Whole(string field, string word) =>
        long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : throw Wrong(field, word, "a whole number");

    private double Number(string field, string word) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw Wrong(field, word, "a number");

    private FileFormatException Wrong(string field, string value, string wanted) => new(_path, $"the field \"{field}\" is \"{Short(value)}\", where {wanted} should stand", "copy or export the file again");

    private static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
