using System.Numerics;

namespace NnUNet.Core.Augmentation.Intensity;

/// <summary>The same linear function for every voxel.</summary>
internal static class LinearMap
{
    /// <summary>Replaces every voxel v by <c>v * scale + offset</c>.</summary>
    public static void Apply(Span<float> voxels, double scale, double offset)
    {
        Vector<float> factor = new((float)scale);
        Vector<float> term = new((float)offset);
        int i = 0;
        for (; i <= voxels.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.MultiplyAddEstimate(new Vector<float>(voxels[i..]), factor, term).CopyTo(voxels[i..]);
        }

        for (; i < voxels.Length; i++) voxels[i] = float.MultiplyAddEstimate(voxels[i], (float)scale, (float)offset);
    }
}
