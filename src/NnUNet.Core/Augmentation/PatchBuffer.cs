using NnUNet.Imaging;

namespace NnUNet.Core.Augmentation;

/// <summary>
/// One training sample while it is made: image channels and segmentation on one grid, array order (z, y, x); one slice
/// (z = 1) for 2D. The cascade's second stage has the first one's segmentation beside them, which goes through all changes of
/// the grid as labels and becomes channels in the end. Belongs to one loader thread, which uses the same memory for every sample.
/// </summary>
public sealed class PatchBuffer
{
    private readonly List<float[]> _channels;
    private readonly int _imageChannels;
    private readonly bool _hasPreviousStage;
    private float[] _spare = [];
    private short[] _segmentation = [];
    private short[] _previousStage = [];
    private short[] _spareSegmentation = [];
    private bool[] _mask = [];

    /// <summary>A buffer for images with a number of channels.</summary>
    /// <param name="channels">Number of image channels.</param>
    /// <param name="previousStage">Whether there is a segmentation of the cascade's first stage.</param>
    public PatchBuffer(int channels, bool previousStage = false)
    {
        _imageChannels = channels;
        _hasPreviousStage = previousStage;
        _channels = [.. Enumerable.Range(0, channels).Select(static _ => Array.Empty<float>())];
        Channels = channels;
        Scratch = new SplineScratch();
    }

    /// <summary>Voxel counts (z, y, x) of every channel and the segmentation.</summary>
    public Extent Extent { get; private set; }

    /// <summary>Number of channels: the image's, and those that were added since <see cref="Reset"/>.</summary>
    public int Channels { get; private set; }

    /// <summary>The labels, z slowest; -1 is outside the nonzero mask or the image.</summary>
    public Span<short> Segmentation => _segmentation.AsSpan(0, Count);

    /// <summary>The labels of the cascade's first stage, z slowest; no label is negative. Empty where there is no such stage.</summary>
    public Span<short> PreviousStage => _hasPreviousStage ? _previousStage.AsSpan(0, Count) : [];

    /// <summary>Working memory of the spline interpolation.</summary>
    internal SplineScratch Scratch { get; }

    private int Count => checked((int)Extent.Count);

    /// <summary>The voxels of one channel, z slowest.</summary>
    public Span<float> Channel(int channel) => _channels[channel].AsSpan(0, Count);

    /// <summary>Gives the buffer another grid; the content is undefined afterwards.</summary>
    public void Reset(Extent extent)
    {
        Extent = extent;
        Channels = _imageChannels;
        int count = checked((int)extent.Count);
        for (int c = 0; c < Channels; c++) _channels[c] = Grown(_channels[c], count);
        _segmentation = Grown(_segmentation, count);
        if (_hasPreviousStage) _previousStage = Grown(_previousStage, count);
    }

    /// <summary>Working memory: where a channel is not 0. Valid until the next call.</summary>
    internal Span<bool> MaskOf(int channel)
    {
        ReadOnlySpan<float> voxels = Channel(channel);
        _mask = Grown(_mask, voxels.Length);
        for (int i = 0; i < voxels.Length; i++) _mask[i] = voxels[i] != 0;
        return _mask.AsSpan(0, voxels.Length);
    }

    /// <summary>Adds a channel behind the others, until <see cref="Reset"/>; its content is undefined.</summary>
    /// <returns>Its voxels.</returns>
    public Span<float> AddChannel()
    {
        if (_channels.Count == Channels) _channels.Add([]);
        _channels[Channels] = Grown(_channels[Channels], Count);
        return Channel(Channels++);
    }

    /// <summary>Replaces the grid and all content: each channel and the segmentation are computed from the old into the new.</summary>
    /// <param name="extent">Voxel counts (z, y, x) of the new grid.</param>
    /// <param name="channel">Called with a channel's number, its old voxels and memory for the new ones (not cleared).</param>
    /// <param name="segmentation">Called with old labels and memory for new ones (not cleared): the segmentation's, and the previous stage's where there are any.</param>
    public void Replace(Extent extent, ReplaceChannel channel, ReplaceLabels segmentation)
    {
        int count = checked((int)extent.Count);
        for (int c = 0; c < Channels; c++)
        {
            _spare = Grown(_spare, count);
            channel(c, Channel(c), _spare.AsSpan(0, count));
            (_channels[c], _spare) = (_spare, _channels[c]);
        }

        ReplaceLabels(ref _segmentation, segmentation, count);
        if (_hasPreviousStage) ReplaceLabels(ref _previousStage, segmentation, count);
        Extent = extent;
    }

    private void ReplaceLabels(ref short[] labels, ReplaceLabels replace, int count)
    {
        _spareSegmentation = Grown(_spareSegmentation, count);
        replace(labels.AsSpan(0, Count), _spareSegmentation.AsSpan(0, count));
        (labels, _spareSegmentation) = (_spareSegmentation, labels);
    }

    private static T[] Grown<T>(T[] array, int count) => array.Length < count ? GC.AllocateUninitializedArray<T>(count) : array;
}

/// <summary>Computes a channel's new voxels from its old ones.</summary>
public delegate void ReplaceChannel(int channel, ReadOnlySpan<float> from, Span<float> into);

/// <summary>Computes new labels from old ones.</summary>
public delegate void ReplaceLabels(ReadOnlySpan<short> from, Span<short> into);
