using NnUNet.Foundation.Streams;

namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>Where the voxels of an image lie and how they are stored, as its header says.</summary>
internal sealed record VoxelLayout
{
    /// <summary>The stored number type.</summary>
    public required NumberKind Kind { get; init; }

    /// <summary>Whether the high byte of a number comes first.</summary>
    public bool BigEndian { get; init; }

    /// <summary>Voxel counts (z, y, x).</summary>
    public required Extent Extent { get; init; }

    /// <summary>Numbers of each voxel.</summary>
    /// <value>1.</value>
    public int Channels { get; init; } = 1;

    /// <summary>Voxels that lie together for one channel: 1 where the channels of a voxel are neighbours, all voxels where the channels follow one another.</summary>
    public required int Inner { get; init; }

    /// <summary>How the numbers are stored.</summary>
    public VoxelEncoding Encoding { get; init; }

    /// <summary>The files with the voxels, each with an equal part; null where they lie in the file that opens the image.</summary>
    public IReadOnlyList<string>? Files { get; init; }

    /// <summary>Bytes before the voxels in each file.</summary>
    public long Start { get; init; }

    /// <summary>Bytes behind the voxels, where their place is counted from the end; else null.</summary>
    public long? FromEnd { get; init; }

    /// <summary>Lines to pass over from <see cref="Start"/> on.</summary>
    public long LineSkip { get; init; }

    /// <summary>Bytes to pass over behind these lines; of what comes out where the content is compressed.</summary>
    public long ByteSkip { get; init; }

    /// <summary>Bytes of the compressed content; null where it reaches to the file's end.</summary>
    public long? StoredLength { get; init; }

    /// <summary>Files with an equal part each.</summary>
    public int Parts => Files?.Count ?? 1;

    /// <summary>Numbers in all files.</summary>
    public long Count => Extent.Count * Channels;

    /// <summary>Bytes of the numbers in one file, once decoded.</summary>
    public long PartBytes => Count / Parts * Kind.Size();

    /// <summary>Whether the bytes of each number must be turned round for this machine.</summary>
    public bool Swapped => Encoding != VoxelEncoding.Text && BigEndian == BitConverter.IsLittleEndian;
}
