using NnUNet.Imaging;

namespace NnUNet.Torch.Augmentation;

/// <summary>
/// One training sample while it is made: image channels and segmentation on one grid, array order (z, y, x); one slice
/// (z = 1) for 2D. Belongs to one loader thread, which uses the same memory for every sample.
/// </summary>
public sealed class PatchBuffer
{
    private readonly float[][] _channels;
    private float[] _spare = [];
    private short[] _segmentation = [];
    private short[] _spareSegmentation = [];

    /// <summary>A buffer for images with a number of channels.</summary>
    public PatchBuffer(int channels)
    {
        _channels = [.. Enumerable.Range(0, channels).Select(static _ => Array.Empty<float>())];
        Scratch = new SplineScratch();
    }

    /// <summary>Voxel counts (z, y, x) of every channel and the segmentation.</summary>
    public Extent Extent { get; private set; }

    /// <summary>Number of image channels.</summary>
    public int Channels => _channels.Length;

    /// <summary>The labels, z slowest; -1 is outside the nonzero mask or the image.</summary>
    public Span<short> Segmentation => _segmentation.AsSpan(0, Count);

    /// <summary>Working memory of the spline interpolation.</summary>
    internal SplineScratch Scratch { get; }

    private int Count => checked((int)Extent.Count);

    /// <summary>The voxels of one channel, z slowest.</summary>
    public Span<float> Channel(int channel) => _channels[channel].AsSpan(0, Count);

    /// <summary>Gives the buffer another grid; the content is undefined afterwards.</summary>
    public void Reset(Extent extent)
    {
        Extent = extent;
        int count = checked((int)extent.Count);
        for (int c = 0; c < _channels.Length; c++) Grow(ref _channels[c], count);
        Grow(ref _segmentation, count);
    }

    /// <summary>Replaces the grid and all content: each channel and the segmentation are computed from the old into the new.</summary>
    /// <param name="extent">Voxel counts (z, y, x) of the new grid.</param>
    /// <param name="channel">Called with a channel's number, its old voxels and memory for the new ones (not cleared).</param>
    /// <param name="segmentation">Called with the old labels and memory for the new ones (not cleared).</param>
    public void Replace(Extent extent, ReplaceChannel channel, ReplaceLabels segmentation)
    {
        int count = checked((int)extent.Count);
        for (int c = 0; c < _channels.Length; c++)
        {
            Grow(ref _spare, count);
            channel(c, Channel(c), _spare.AsSpan(0, count));
            (_channels[c], _spare) = (_spare, _channels[c]);
        }

        Grow(ref _spareSegmentation, count);
        segmentation(Segmentation, _spareSegmentation.AsSpan(0, count));
        (_segmentation, _spareSegmentation) = (_spareSegmentation, _segmentation);
        Extent = extent;
    }

    private static void Grow<T>(ref T[] array, int count)
    {
        if (array.Length < count) array = GC.AllocateUninitializedArray<T>(count);
    }
}

/// <summary>Computes a channel's new voxels from its old ones.</summary>
public delegate void ReplaceChannel(int channel, ReadOnlySpan<float> from, Span<float> into);

/// <summary>Computes new labels from old ones.</summary>
public delegate void ReplaceLabels(ReadOnlySpan<short> from, Span<short> into);
