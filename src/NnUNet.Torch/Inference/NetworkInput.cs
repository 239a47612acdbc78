using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Torch.Inference;

/// <summary>
/// What a network sees of a case: the image's channels (z, y, x), and behind them one of 0 and 1 for each foreground class of the
/// cascade's first stage. Those are made row by row as they are read: labels take a fraction of their memory.
/// </summary>
internal sealed class NetworkInput
{
    private readonly MultiChannelArray<float> _image;
    private readonly short[] _previousStage;
    private readonly ValueArray<int> _labels;

    /// <summary>An image without a previous stage.</summary>
    public NetworkInput(MultiChannelArray<float> image)
        : this(image, [], [])
    {
    }

    /// <summary>An image with the labels of the previous stage.</summary>
    /// <param name="image">The image's channels.</param>
    /// <param name="previousStage">One label a voxel.</param>
    /// <param name="labels">The labels that enter, one channel each.</param>
    public NetworkInput(MultiChannelArray<float> image, short[] previousStage, ValueArray<int> labels)
    {
        (_image, _previousStage, _labels, Channels) = (image, previousStage, labels, image.Channels + labels.Count);
        if (labels.Count > 0 && previousStage.Length != image.Extent.Count)
        {
            throw new ArgumentException($"the previous stage has {previousStage.Length} voxels, but {image.Extent} has {image.Extent.Count}", nameof(previousStage));
        }
    }

    /// <summary>Number of channels.</summary>
    public int Channels { get; }

    /// <summary>Voxel counts (z, y, x) of every channel.</summary>
    public Extent Extent => _image.Extent;

    /// <summary>Copies voxels of a channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="first">The first voxel, z slowest.</param>
    /// <param name="into">Takes as many as it is long.</param>
    public void Read(int channel, int first, Span<float> into)
    {
        if (channel < _image.Channels)
        {
            _image[channel].AsSpan(first, into.Length).CopyTo(into);
            return;
        }

        int label = _labels[channel - _image.Channels];
        ReadOnlySpan<short> labels = _previousStage.AsSpan(first, into.Length);
        for (int i = 0; i < into.Length; i++) into[i] = labels[i] == label ? 1 : 0;
    }
}
