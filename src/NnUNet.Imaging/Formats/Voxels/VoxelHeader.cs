using System.Globalization;
using System.Text;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>A header of lines of text, each a field with its value, one of which says where the voxels are.</summary>
/// <param name="path">What errors name.</param>
/// <param name="dataField">The field that says where the voxels are.</param>
internal abstract class VoxelHeader(string path, string dataField)
{
    /// <summary>The byte behind the header.</summary>
    public abstract long End { get; }

    /// <summary>What errors name.</summary>
    protected string Path { get; } = path;

    /// <summary>The fields' values.</summary>
    protected Dictionary<string, string> Fields { get; } = new(StringComparer.Ordinal);

    /// <summary>The names of files behind the header.</summary>
    protected List<string> Listed { get; } = [];

    /// <summary>The words that say where the voxels are.</summary>
    protected string[] FileWords => Words(this[dataField] ?? "");

    /// <summary>Whether the voxels lie in other files.</summary>
    protected abstract bool IsDetached { get; }

    /// <summary>Whether the names of these files stand behind the header, a line each.</summary>
    protected abstract bool IsList { get; }

    /// <summary>Whether a field of several numbers may have more of them than are wanted.</summary>
    protected abstract bool MayHaveMore { get; }

    /// <summary>The lines before the one that says where the voxels are, and those between it and the voxels.</summary>
    protected abstract IEnumerable<string> OtherLines { get; }

    /// <summary>The words that say that names of files follow, one a line.</summary>
    protected abstract string ListWords { get; }

    /// <summary>A field's value; null where the header has none.</summary>
    /// <param name="field">The name as the format's headers are looked up by.</param>
    public string? this[string field] => Fields.GetValueOrDefault(field);

    /// <summary>A field's value.</summary>
    /// <exception cref="FileFormatException">The header has none.</exception>
    public string Required(string field) => this[field] ?? throw new FileFormatException(Path, $"the header has no field \"{field}\"", "copy or export the file again");

    /// <summary>A whole number; another one where the header has none.</summary>
    /// <exception cref="FileFormatException">The value is none.</exception>
    public long Whole(string field, long otherwise) => this[field] is { } text ? Whole(field, text) : otherwise;

    /// <summary>Whole numbers, one of each axis.</summary>
    /// <exception cref="FileFormatException">There are others, or not so many.</exception>
    public long[] Wholes(string field, int count) => [.. WordsOf(field, Required(field), count).Select(w => Whole(field, w))];

    /// <summary>Numbers, one of each axis; null where the header has none.</summary>
    /// <exception cref="FileFormatException">There are others, or not so many.</exception>
    public double[]? Numbers(string field, int count) => this[field] is { } text ? [.. WordsOf(field, text, count).Select(w => Number(field, w))] : null;

    /// <summary>The files that the header names for the voxels, by their full paths; null where the voxels lie behind it.</summary>
    /// <exception cref="FileFormatException">A file lies outside the header's folder, or there are none or too many.</exception>
    public IReadOnlyList<string>? Files()
    {
        if (!IsDetached) return null;
        IReadOnlyList<string> names = IsList ? Listed : OfPattern() ?? [this[dataField]!];
        if (names.Count is 0 or > DetachedFiles.Most) throw new FileFormatException(Path, $"the header names {names.Count} files with voxels", "copy all lines of the header");
        return [.. names.Select(name => DetachedFiles.Resolve(Path, name))];
    }

    /// <summary>The files in which the voxels are looked for; null where the voxels lie behind the header.</summary>
    /// <exception cref="FileFormatException">As <see cref="Files"/>.</exception>
    public virtual IReadOnlyList<string>? FilesThere() => Files();

    /// <summary>The header's text with other names of the files with voxels, in their order.</summary>
    public string WithFiles(IReadOnlyList<string> names)
    {
        StringBuilder text = new();
        foreach (string line in OtherLines) text.Append(line).Append('\n');
        bool isOne = names.Count == 1 && !IsList;
        text.Append(DataLine(isOne ? names[0] : ListWords)).Append('\n');
        foreach (string name in isOne ? [] : names) text.Append(name).Append('\n');
        return text.ToString();
    }

    /// <summary>The words of a text.</summary>
    protected static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A text for messages.</summary>
    protected static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";

    /// <summary>The line that says where the voxels are.</summary>
    protected abstract string DataLine(string value);

    /// <summary>The names that a pattern makes; null where the files are not given as one.</summary>
    protected abstract IReadOnlyList<string>? OfPattern();

    /// <summary>A whole number of a field.</summary>
    /// <exception cref="FileFormatException">The word is none.</exception>
    protected long Whole(string field, string word) =>
        long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : throw Wrong(field, word, "a whole number");

    /// <summary>A number of a field.</summary>
    /// <exception cref="FileFormatException">The word is none.</exception>
    protected virtual double Number(string field, string word) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw Wrong(field, word, "a number");

    /// <summary>A value that cannot be.</summary>
    protected FileFormatException Wrong(string field, string value, string wanted) => new(Path, $"the field \"{field}\" is \"{Short(value)}\", where {wanted} should stand", "copy or export the file again");

    private IEnumerable<string> WordsOf(string field, string text, int count)
    {
        string[] words = Words(text);
        return words.Length == count || (MayHaveMore && words.Length > count) ? words.Take(count) : throw Wrong(field, text, $"{count} numbers");
    }
}
