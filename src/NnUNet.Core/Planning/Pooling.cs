using System.Numerics;
using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>How a network pools a patch: strides and kernels of each resolution. Array order, 2 or 3 axes.</summary>
public sealed record PoolingTopology
{
    /// <summary>Number of poolings along each axis.</summary>
    public required ValueArray<int> NumPoolPerAxis { get; init; }

    /// <summary>Strides of each pooling, from full resolution down.</summary>
    public required ValueArray<ValueArray<int>> PoolOpKernelSizes { get; init; }

    /// <summary>Convolution kernel of each resolution; the bottleneck is the last, one more than poolings.</summary>
    public required ValueArray<ValueArray<int>> ConvKernelSizes { get; init; }

    /// <summary>The patch in voxels, padded up to what the poolings divide.</summary>
    public required ValueArray<int> PatchSize { get; init; }

    /// <summary>What each axis of the patch must be divisible by.</summary>
    public required ValueArray<int> MustBeDivisibleBy { get; init; }
}

/// <summary>Derives strides and kernels of a network from a patch and its spacing.</summary>
public static class Pooling
{
    /// <summary>The shortest edge that a feature map of the bottleneck keeps.</summary>
    public const int DefaultMinFeatureMapEdge = 4;

    /// <summary>More poolings along an axis than any patch allows: no limit but the patch.</summary>
    public const int Unlimited = 999;

    /// <summary>Pools the finest axes first, until the spacing is nearly isotropic; kernels of 1 keep coarse axes apart.</summary>
    /// <param name="spacing">Millimetres along each axis of the patch.</param>
    /// <param name="patch">Patch in voxels, same axes.</param>
    /// <param name="minFeatureMapEdge">Shortest edge of the bottleneck in voxels.</param>
    /// <param name="maxPool">Most poolings along one axis.</param>
    /// <remarks>
    /// Spacing 3, 1, 1 and patch 16, 64, 64 pool [1, 2, 2], [2, 2, 2], [2, 2, 2], [1, 2, 2].
    /// Source: nnunet/experiment_planning/common_utils.py, get_pool_and_conv_props.
    /// </remarks>
    public static PoolingTopology BySpacing(
        ReadOnlySpan<double> spacing,
        ReadOnlySpan<int> patch,
        int minFeatureMapEdge = DefaultMinFeatureMapEdge,
        int maxPool = Unlimited)
    {
        int axes = patch.Length;
        double[] mm = spacing.ToArray();
        int[] size = patch.ToArray();
        int[] pools = new int[axes];
        List<ValueArray<int>> strides = [];
        List<ValueArray<int>> kernels = [];
        while (true)
        {
            double finest = mm.Min();
            bool[] poolable = [.. Enumerable.Range(0, axes).Select(i => mm[i] / finest < 2 && size[i] >= 2 * minFeatureMapEdge && pools[i] < maxPool)];
            if (!poolable.Contains(true)) break;

            kernels.Add(KernelOverLargestIsotropicGroup(mm));
            strides.Add([.. poolable.Select(static p => p ? 2 : 1)]);
            for (int i = 0; i < axes; i++)
            {
                if (!poolable[i]) continue;
                pools[i]++;
                mm[i] *= 2;
                size[i] = (size[i] + 1) / 2;
            }
        }

        return Finish(patch, pools, strides, kernels);
    }

    /// <summary>Pools every axis as often as the patch allows, all axes together at the end; spacing decides the kernels only.</summary>
    /// <param name="spacing">Millimetres along each axis of the patch.</param>
    /// <param name="patch">Patch in voxels, same axes.</param>
    /// <param name="minFeatureMapEdge">Shortest edge of the bottleneck in voxels.</param>
    /// <param name="maxPool">Most poolings along one axis.</param>
    /// <remarks>
    /// An axis shorter than the minimum is not pooled (the original fails there with a negative power).
    /// Source: nnunet/experiment_planning/common_utils.py, get_pool_and_conv_props_poolLateV2.
    /// </remarks>
    public static PoolingTopology Late(
        ReadOnlySpan<double> spacing,
        ReadOnlySpan<int> patch,
        int minFeatureMapEdge = DefaultMinFeatureMapEdge,
        int maxPool = Unlimited)
    {
        double[] mm = spacing.ToArray();
        double coarsest = mm.Max();
        int[] pools = new int[patch.Length];
        for (int i = 0; i < pools.Length; i++)
        {
            int edges = patch[i] / minFeatureMapEdge;
            pools[i] = edges < 1 ? 0 : Math.Min(BitOperations.Log2((uint)edges), maxPool);
        }

        int most = pools.Max();
        List<ValueArray<int>> strides = [];
        List<ValueArray<int>> kernels = [];
        for (int step = 0; step < most; step++)
        {
            bool[] reached = [.. mm.Select(m => m / coarsest > 0.5)];
            bool all = !reached.Contains(false);
            int[] stride = [.. pools.Select(p => p + step >= most ? 2 : 1)];
            kernels.Add([.. reached.Select(r => all || !r ? 3 : 1)]);
            strides.Add([.. stride]);
            for (int i = 0; i < mm.Length; i++) mm[i] *= stride[i];
        }

        return Finish(patch, pools, strides, kernels);
    }

    /// <summary>Kernel 3 along the largest group of axes whose spacings are within a factor of 2 of one of them; the first group wins a tie.</summary>
    private static ValueArray<int> KernelOverLargestIsotropicGroup(double[] mm)
    {
        bool[] largest = new bool[mm.Length];
        foreach (double centre in mm)
        {
            bool[] group = [.. mm.Select(other => other / centre < 2 && centre / other < 2)];
            if (group.Count(static g => g) > largest.Count(static g => g)) largest = group;
        }

        return [.. largest.Select(static g => g ? 3 : 1)];
    }

    private static PoolingTopology Finish(ReadOnlySpan<int> patch, int[] pools, List<ValueArray<int>> strides, List<ValueArray<int>> kernels)
    {
        int[] divisor = [.. pools.Select(static p => 1 << p)];
        int[] padded = patch.ToArray();
        for (int i = 0; i < padded.Length; i++) padded[i] = (padded[i] + divisor[i] - 1) / divisor[i] * divisor[i];
        kernels.Add([.. Enumerable.Repeat(3, pools.Length)]);
        return new PoolingTopology
        {
            NumPoolPerAxis = [.. pools],
            PoolOpKernelSizes = [.. strides],
            ConvKernelSizes = [.. kernels],
            PatchSize = [.. padded],
            MustBeDivisibleBy = [.. divisor],
        };
    }
}
