using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>What one stage is planned from. Three values each, in the transposed array order.</summary>
public sealed record StageRequest
{
    /// <summary>Spacing in millimetres of this stage.</summary>
    public required ValueArray<double> Spacing { get; init; }

    /// <summary>Spacing in millimetres of full resolution.</summary>
    public required ValueArray<double> TargetSpacing { get; init; }

    /// <summary>Median shape in voxels at <see cref="TargetSpacing"/>, not rounded.</summary>
    public required ValueArray<double> MedianShape { get; init; }

    /// <summary>Number of training cases.</summary>
    public required int Cases { get; init; }

    /// <summary>Number of image channels.</summary>
    public required int Channels { get; init; }

    /// <summary>Number of classes, background included.</summary>
    public required int Classes { get; init; }

    /// <summary>Median shape in whole voxels at this stage's spacing, at least 1 along each axis.</summary>
    public int[] MedianVoxels()
    {
        int[] voxels = new int[Spacing.Count];
        for (int i = 0; i < voxels.Length; i++) voxels[i] = Math.Max(1, (int)Math.Round(TargetSpacing[i] / Spacing[i] * MedianShape[i]));
        return voxels;
    }
}

/// <summary>A patch that fits the memory, and its share of it.</summary>
/// <param name="Topology">Patch, strides and kernels.</param>
/// <param name="Memory">Its memory estimate, see <see cref="NetworkMemory"/>.</param>
public sealed record PatchFit(PoolingTopology Topology, double Memory);
