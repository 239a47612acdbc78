namespace NnUNet.Core.Export;

/// <summary>Where each target voxel of one axis takes its value from: two neighbours and the weight of the upper one.</summary>
/// <remarks>
/// Voxel centres lie at i + 0.5; beyond the first and last centre the edge is repeated. Order 1 interpolates linearly,
/// order 0 takes the nearest voxel (halves round up). Source: skimage.transform.resize with mode edge, which calls
/// scipy.ndimage.zoom with grid_mode, and scipy.ndimage.map_coordinates with mode nearest.
/// </remarks>
internal sealed class AxisKernel
{
    /// <summary>A kernel that maps an axis of one length to another.</summary>
    public AxisKernel(int from, int to, int order)
    {
        Lower = new int[to];
        Upper = new int[to];
        Weight = new float[to];
        double scale = (double)from / to;
        for (int i = 0; i < to; i++)
        {
            double position = from == to ? i : Math.Clamp((scale * (i + 0.5)) - 0.5, 0, from - 1);
            int lower = (int)Math.Floor(order == 0 ? position + 0.5 : position);
            Lower[i] = lower;
            Upper[i] = Math.Min(lower + 1, from - 1);
            Weight[i] = order == 0 ? 0 : (float)(position - lower);
        }

        IsIdentity = from == to;
    }

    /// <summary>The lower neighbour of each target voxel.</summary>
    public int[] Lower { get; }

    /// <summary>The upper neighbour of each target voxel.</summary>
    public int[] Upper { get; }

    /// <summary>The share of the upper neighbour, 0 to 1.</summary>
    public float[] Weight { get; }

    /// <summary>Whether the axis keeps its length.</summary>
    public bool IsIdentity { get; }

    /// <summary>The source voxels that a range of target voxels needs: first, and one past the last.</summary>
    public (int First, int End) Needs(int first, int end) => (Lower[first], (Weight[end - 1] > 0 ? Upper[end - 1] : Lower[end - 1]) + 1);
}
