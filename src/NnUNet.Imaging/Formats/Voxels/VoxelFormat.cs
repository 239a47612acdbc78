using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>A format whose files begin with a header of text, before the voxels or beside them.</summary>
internal abstract class VoxelFormat : ImageFormat
{
    public sealed override IReadOnlyList<string> WritableEndings => Endings;

    /// <summary>The ending of single files, with the voxels behind the header.</summary>
    protected abstract string SingleEnding { get; }

    /// <summary>The ending of headers beside their voxels.</summary>
    protected abstract string HeaderEnding { get; }

    /// <summary>The endings of files with voxels beside a header that are called like it.</summary>
    protected abstract string[] VoxelEndings { get; }

    public sealed override IReadOnlyList<string> FilesOf(string path) => [path, .. Named(path).Where(File.Exists)];

    public sealed override IReadOnlyList<string> MissingFilesOf(string path) => [.. Named(path).Where(static file => !File.Exists(file))];

    public sealed override string? OpeningFileOf(string path) => DetachedFiles.HeaderOf(path, HeaderEnding, VoxelEndings);

    public sealed override void CopyRenamed(string from, string to, IReadOnlyDictionary<string, string> names)
    {
        using FileStream stream = InputFile.Open(from);
        VoxelHeader header = ReadLines(from, stream);
        if (header.Files() is { } files) DetachedFiles.WriteRenamed(from, to, header.WithFiles([.. files.Select(file => NewName(from, file, names))]));
        else base.CopyRenamed(from, to, names);
    }

    public sealed override ImageHeader ReadHeader(string path) => Header(Open(path));

    public sealed override ImageHeader ReadHeader(Stream content, string name) => Header(Open(content, name));

    public sealed override IReadOnlyList<Volume<float>> ReadChannels(string path) => Channels(Open(path));

    public sealed override IReadOnlyList<Volume<float>> ReadChannels(Stream content, string name) => Channels(Open(content, name));

    public sealed override Volume<short> ReadLabels(string path) => Labels(Open(path));

    public sealed override Volume<short> ReadLabels(Stream content, string name) => Labels(Open(content, name));

    /// <summary>Reads the lines of a header.</summary>
    /// <exception cref="FileFormatException">It is none, or cut off.</exception>
    protected abstract VoxelHeader ReadLines(string path, Stream stream);

    /// <summary>Reads what the header of an open file says.</summary>
    /// <exception cref="FileFormatException">The header is cut off, damaged or describes no image that can be read.</exception>
    protected abstract VoxelFile Read(string path, Stream stream);

    /// <summary>The name of a file in a copied header; of one that lies compressed beside it, as if it did not.</summary>
    private static string NewName(string from, string file, IReadOnlyDictionary<string, string> names)
    {
        if (names.TryGetValue(file, out string? name)) return name;
        return names.TryGetValue(file + ".gz", out string? compressed) ? compressed[..^".gz".Length] : DetachedFiles.NameFor(from, file);
    }

    private static ImageHeader Header(VoxelFile opened)
    {
        using VoxelFile file = opened;
        file.CheckPromise();
        return file.Header;
    }

    private static IReadOnlyList<Volume<float>> Channels(VoxelFile opened)
    {
        using VoxelFile file = opened;
        return file.ReadChannels();
    }

    private static Volume<short> Labels(VoxelFile opened)
    {
        using VoxelFile file = opened;
        return file.ReadLabels();
    }

    private VoxelFile Open(string path) => ReadOrDispose(path, InputFile.Open(path, options: FileOptions.SequentialScan));

    private VoxelFile Open(Stream content, string name)
    {
        VoxelFile file = ReadOrDispose(name, content);
        if (!file.IsDetached) return file;

        file.Dispose();
        throw new FileFormatException(name, "this is a header whose voxels lie in another file", $"read it by its path, or give it as a single {SingleEnding}");
    }

    private VoxelFile ReadOrDispose(string path, Stream stream)
    {
        try
        {
            return Read(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The other files that a header names; none where it cannot be read.</summary>
    private IEnumerable<string> Named(string path) => DetachedFiles.Named(path, (path, stream) => ReadLines(path, stream).FilesThere());
}
