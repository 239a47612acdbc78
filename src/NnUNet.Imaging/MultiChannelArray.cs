namespace NnUNet.Imaging;

/// <summary>Voxels of several channels on one grid: (c, z, y, x), one array per channel.</summary>
/// <typeparam name="T">The voxel type.</typeparam>
/// <remarks>Separate arrays keep each below 2^31 elements, and let channels be loaded, freed and worked on one by one.</remarks>
public sealed class MultiChannelArray<T>
    where T : unmanaged
{
    private readonly T[][] _channels;

    /// <summary>An array over existing channels, which it takes over (no copy).</summary>
    /// <exception cref="ArgumentException">A channel's length is not the extent's voxel count.</exception>
    public MultiChannelArray(Extent extent, params T[][] channels)
    {
        foreach (T[] channel in channels)
        {
            if (channel.Length != extent.Count)
            {
                throw new ArgumentException($"a channel has {channel.Length} voxels, but {extent} has {extent.Count}", nameof(channels));
            }
        }

        Extent = extent;
        _channels = channels;
    }

    /// <summary>Zeros.</summary>
    public MultiChannelArray(int channels, Extent extent)
        : this(extent, [.. Enumerable.Range(0, channels).Select(_ => new T[extent.Count])])
    {
    }

    /// <summary>Voxel counts (z, y, x) of every channel.</summary>
    public Extent Extent { get; }

    /// <summary>Number of channels.</summary>
    public int Channels => _channels.Length;

    /// <summary>The voxels of one channel, z slowest and x fastest.</summary>
    public T[] this[int channel] => _channels[channel];
}
