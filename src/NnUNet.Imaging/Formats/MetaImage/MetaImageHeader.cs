using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.MetaImage;

/// <summary>The lines of a MetaImage header, up to the one that says where the voxels are, and the names of files behind it.</summary>
internal sealed class MetaImageHeader : VoxelHeader
{
    private const string DataFile = "ElementDataFile";

    private readonly List<string> _lines = [];

    private MetaImageHeader(string path, Stream stream)
        : base(path, DataFile)
    {
        HeaderText text = HeaderText.Read(path, stream, static line => FieldOf(line) is (DataFile, _));
        foreach (string line in text.Lines)
        {
            if (FieldOf(line) is not { } field)
            {
                if (line.Trim().Length == 0) continue;
                throw new FileFormatException(path, Fields.Count == 0 ? "the file does not begin with a MetaImage header" : $"the header's line \"{Short(line)}\" is no name with a value", "check that it is a MetaImage file, not compressed as a whole, and not cut off");
            }

            _lines.Add(line);
            Fields[field.Name] = field.Value;
        }

        if (!text.IsWhole) throw new FileFormatException(path, $"the header ends without the line \"{DataFile}\"", "the file is cut off or damaged; copy it again");
        End = text.End;
        if (!IsList) return;
        HeaderText names = HeaderText.Read(path, stream, static _ => false);
        Listed.AddRange(names.Lines.Skip(text.Lines.Count).Select(static line => line.Trim()).Where(static line => line.Length > 0));
    }

    /// <summary>The byte behind the header.</summary>
    public override long End { get; }

    private bool IsLocal => this[DataFile] is "LOCAL" or "Local" or "local";

    protected override bool IsDetached => !IsLocal;

    protected override bool IsList => FileWords is [{ } first, ..] && first.StartsWith("LIST", StringComparison.Ordinal);

    protected override bool MayHaveMore => true;

    protected override IEnumerable<string> OtherLines => _lines.SkipLast(1);

    protected override string ListWords => IsList ? string.Join(' ', FileWords) : "LIST";

    /// <summary>Whether content begins as MetaImage files do as a rule: with the type of the object.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> start) => start.StartsWith("ObjectType"u8) && start["ObjectType"u8.Length..].TrimStart((byte)' ') is [(byte)'=' or (byte)':', ..];

    /// <summary>Reads the header of an open file.</summary>
    /// <exception cref="FileFormatException">It is none, or cut off.</exception>
    public static MetaImageHeader Read(string path, Stream stream) => new(path, stream);

    /// <summary>Whether a field is true, as MetaIO reads it; another value where the header has none.</summary>
    public bool IsTrue(string field, bool otherwise) => this[field] is { } text ? text is ['T' or 't' or '1', ..] : otherwise;

    /// <summary>The numbers of the last of several fields that the header has; null where it has none of them.</summary>
    /// <exception cref="FileFormatException">There are others, or fewer than wanted.</exception>
    public double[]? Numbers(int count, params string[] fields) => fields.LastOrDefault(f => this[f] is not null) is { } field ? Numbers(field, count) : null;

    /// <summary>The files with the voxels, compressed ones where they alone are there; null where the voxels lie behind the header.</summary>
    public override IReadOnlyList<string>? FilesThere() => Files() is not { } files ? null : files is [{ } only] && !File.Exists(only) && File.Exists(only + ".gz") ? [only + ".gz"] : files;

    /// <summary>How many of the axes lie in one file.</summary>
    public int AxesOfFile(int axes) => IsList && FileWords.Length > 1 && int.TryParse(FileWords[1], NumberStyles.None, CultureInfo.InvariantCulture, out int stated) && stated > 0 && stated < axes ? stated : axes - 1;

    protected override string DataLine(string value) => $"{DataFile} = {value}";

    /// <summary>The files of a pattern, with the first number, the last and the step behind it; in its own place stand blanks of names.</summary>
    protected override IReadOnlyList<string>? OfPattern()
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
        return DetachedFiles.OfPattern(Path, pattern, first, last, step);
    }

    private static (string Name, string Value)? FieldOf(string line)
    {
        int separator = line.AsSpan().IndexOfAny('=', ':');
        return separator < 1 ? null : (line[..separator].Trim(), line[(separator + 1)..].Trim());
    }
}
