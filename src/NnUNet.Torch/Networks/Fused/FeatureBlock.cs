using NnUNet.Foundation;

namespace NnUNet.Torch.Networks.Fused;

/// <summary>A stretch of voxels of one sample, whose features lie one beside the other (channels last).</summary>
/// <param name="Sample">Number of the sample.</param>
/// <param name="Index">Number of the stretch within the sample.</param>
/// <param name="First">Its first voxel within the sample.</param>
/// <param name="Voxels">Its voxels.</param>
internal readonly record struct FeatureBlock(int Sample, int Index, long First, int Voxels);

/// <summary>
/// Cuts features (B, voxels, F) into blocks that stay in a core's cache. The cut depends on the sizes only, and sums are
/// made within a block first, then in the blocks' order: results do not depend on the number of threads.
/// </summary>
internal sealed class FeatureBlocks
{
    private const int BlockBytes = 1 << 17;
    private readonly int _perSample;
    private readonly int _voxelsOfBlock;

    /// <summary>The cut of B samples.</summary>
    public FeatureBlocks(int samples, long voxels, int features, int bytesOfFeature)
    {
        Samples = samples;
        Voxels = voxels;
        Features = features;
        _voxelsOfBlock = Math.Max(1, BlockBytes / (features * bytesOfFeature));
        _perSample = checked((int)((voxels + _voxelsOfBlock - 1) / _voxelsOfBlock));
    }

    /// <summary>Number of samples B.</summary>
    public int Samples { get; }

    /// <summary>Voxels of a sample.</summary>
    public long Voxels { get; }

    /// <summary>Features F of a voxel.</summary>
    public int Features { get; }

    /// <summary>Calls the body for every block, on several threads.</summary>
    public void ForEach(Action<FeatureBlock> body, int threads) => ParallelLoop.ForEach(
        Samples * _perSample,
        i =>
        {
            long first = (long)(i % _perSample) * _voxelsOfBlock;
            body(new FeatureBlock(i / _perSample, i % _perSample, first, (int)Math.Min(_voxelsOfBlock, Voxels - first)));
        },
        threads);

    /// <summary>Memory for two sums a feature and block.</summary>
    public float[] NewPairs() => new float[checked(Samples * _perSample * 2 * Features)];

    /// <summary>Where the two sums of a block are: the first sum of every feature, then the second.</summary>
    public int PairsOf(FeatureBlock block) => ((block.Sample * _perSample) + block.Index) * 2 * Features;

    /// <summary>The two sums of a feature over a sample.</summary>
    public (double First, double Second) Sum(float[] pairs, int sample, int feature)
    {
        double first = 0, second = 0;
        for (int k = 0; k < _perSample; k++)
        {
            int at = (((sample * _perSample) + k) * 2 * Features) + feature;
            first += pairs[at];
            second += pairs[at + Features];
        }

        return (first, second);
    }
}
