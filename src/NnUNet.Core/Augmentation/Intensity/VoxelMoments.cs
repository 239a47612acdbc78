using System.Numerics.Tensors;

namespace NnUNet.Core.Augmentation.Intensity;

/// <summary>Range, mean and population standard deviation of voxels.</summary>
internal readonly record struct VoxelMoments(float Minimum, float Maximum, double Mean, double Deviation)
{
    /// <summary>Measures voxels, of which there is at least one; none is NaN.</summary>
    public static VoxelMoments Of(ReadOnlySpan<float> voxels)
    {
        // About one of the voxels, so that constant images have exactly their value as mean, and no deviation.
        VoxelSums sums = new(voxels[0]);
        sums.Add(voxels);
        return new VoxelMoments(TensorPrimitives.Min(voxels), TensorPrimitives.Max(voxels), sums.Mean, sums.Deviation);
    }
}
