using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>An open file with a header of text: what the header says, checked, and the voxels.</summary>
internal class VoxelFile : IDisposable
{
    private readonly VoxelLayout _layout;

    /// <summary>Takes over an open file whose header was read.</summary>
    /// <param name="path">What errors name.</param>
    /// <param name="header">Size, geometry, number type and warnings.</param>
    /// <param name="layout">Where the voxels lie.</param>
    /// <param name="stream">The file. It is disposed with this one, but not where this constructor fails.</param>
    /// <exception cref="FileFormatException">The voxels cannot be divided among their files.</exception>
    public VoxelFile(string path, ImageHeader header, VoxelLayout layout, Stream stream)
    {
        if (layout.Count % layout.Parts != 0) throw new FileFormatException(path, $"{layout.Count} numbers cannot be divided among {layout.Parts} files", "copy all lines of the header");
        (Path, Header, _layout) = (path, header, layout);
        Reader = new VoxelReader(path, layout, stream);
    }

    /// <summary>Size, geometry, number type, warnings, and the names of a segmentation's labels.</summary>
    public ImageHeader Header { get; }

    /// <summary>Whether the voxels lie in other files.</summary>
    public bool IsDetached => _layout.Files is not null;

    /// <summary>What errors name.</summary>
    protected string Path { get; }

    /// <summary>Reads the voxels, once.</summary>
    protected VoxelReader Reader { get; }

    /// <summary>Checks whether the file can hold the voxels, without reading them; says nothing where they lie in others.</summary>
    public void CheckPromise() => Reader.CheckPromise();

    /// <summary>Every channel as floats.</summary>
    public virtual IReadOnlyList<Volume<float>> ReadChannels() => [.. Reader.ReadFloats().Select(voxels => new Volume<float>(voxels, Header.Extent, Header.Geometry))];

    /// <summary>The labels of an image of one channel.</summary>
    public Volume<short> ReadLabels() => Header.Channels == 1
        ? new Volume<short>(ReadOnlyChannel(), Header.Extent, Header.Geometry)
        : throw ImageFile.NotOneChannel(Path, Header.Channels);

    public void Dispose() => Reader.Dispose();

    /// <summary>The only channel as labels.</summary>
    protected virtual short[] ReadOnlyChannel() => Reader.ReadLabels()[0];
}
