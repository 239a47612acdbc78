using NnUNet.Imaging;

namespace NnUNet.Core.Batches;

/// <summary>
/// A batch, or a replica's share of one, in managed memory: images (B, C, z, y, x) and one segmentation (B, 1, z, y, x) for each output of the network,
/// full resolution first. In 2D z = 1. Dispose gives the memory back to the pipeline.
/// </summary>
internal sealed class TrainingBatch : IDisposable
{
    private readonly string[] _cases;
    private Action<TrainingBatch>? _release;

    internal TrainingBatch(int batchSize, int channels, Extent patch, IReadOnlyList<Extent> targets)
    {
        BatchSize = batchSize;
        Channels = channels;
        Patch = patch;
        TargetExtents = targets;
        Images = new float[checked((int)(batchSize * channels * patch.Count))];
        Targets = [.. targets.Select(t => new short[checked((int)(batchSize * t.Count))])];
        _cases = new string[batchSize];
    }

    /// <summary>Which batch it is.</summary>
    public BatchKey Key { get; internal set; }

    /// <summary>Number of samples here, B.</summary>
    public int BatchSize { get; }

    /// <summary>Number of image channels, C.</summary>
    public int Channels { get; }

    /// <summary>Voxel counts (z, y, x) of the images and the first target.</summary>
    public Extent Patch { get; }

    /// <summary>Voxel counts (z, y, x) of each target.</summary>
    public IReadOnlyList<Extent> TargetExtents { get; }

    /// <summary>The images, (B, C, z, y, x).</summary>
    public float[] Images { get; }

    /// <summary>The segmentations, each (B, 1, z, y, x); no label is negative.</summary>
    public IReadOnlyList<short[]> Targets { get; }

    /// <summary>The case of each sample.</summary>
    public IReadOnlyList<string> Cases => _cases;

    /// <summary>Gives the memory back; the content must not be used any more.</summary>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke(this);

    internal void LendUntilDisposed(Action<TrainingBatch> release) => _release = release;

    internal void SetCase(int sample, string caseId) => _cases[sample] = caseId;

    internal Span<float> ImageOf(int sample, int channel) =>
        Images.AsSpan(checked(((sample * Channels) + channel) * (int)Patch.Count), (int)Patch.Count);

    internal Span<short> TargetOf(int sample, int target)
    {
        int count = (int)TargetExtents[target].Count;
        return Targets[target].AsSpan(sample * count, count);
    }
}
