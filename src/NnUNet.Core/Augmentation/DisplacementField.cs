using System.Buffers;
using System.Numerics.Tensors;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Augmentation;

/// <summary>By how many voxels each voxel of a patch is displaced along each axis.</summary>
internal sealed class DisplacementField : IDisposable
{
    private const double BitsToOne = 1.0 / (1L << 31);
    private const double TinyMagnitude = 1e-8;

    private readonly Extent _extent;
    private readonly float[][] _axes;

    /// <summary>The displacements of a deformation.</summary>
    /// <param name="deformation">What was drawn.</param>
    /// <param name="patch">Voxel counts (z, y, x) of the patch.</param>
    /// <param name="sliceWise">Whether all slices are displaced alike, and in their plane only.</param>
    public DisplacementField(in ElasticDeformation deformation, Extent patch, bool sliceWise)
    {
        _extent = sliceWise ? patch with { Z = 1 } : patch;
        AxisValues sigma = sliceWise ? deformation.Sigma with { Z = 0 } : deformation.Sigma;
        _axes = new float[3][];
        for (int axis = 0; axis < 3; axis++)
        {
            _axes[axis] = ArrayPool<float>.Shared.Rent((int)_extent.Count);
            double magnitude = axis switch { 0 => sliceWise ? 0 : deformation.Magnitude.Z, 1 => deformation.Magnitude.Y, _ => deformation.Magnitude.X };
            Fill(_axes[axis].AsSpan(0, (int)_extent.Count), deformation, sigma, magnitude, axis);
        }
    }

    /// <summary>The displacements of a row along an axis (0 = z).</summary>
    public ReadOnlySpan<float> Row(int axis, int z, int y) => _axes[axis].AsSpan(((_extent.Z == 1 ? 0 : z) * _extent.SliceCount) + (y * _extent.X), _extent.X);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (float[] axis in _axes) ArrayPool<float>.Shared.Return(axis);
    }

    private void Fill(Span<float> values, in ElasticDeformation deformation, AxisValues sigma, double magnitude, int axis)
    {
        if (magnitude == 0)
        {
            values.Clear();
            return;
        }

        RandomStream random = new(deformation.Key, 0, 0, axis);
        foreach (ref float value in values) value = (float)(unchecked((int)random.NextBits()) * BitsToOne);
        GaussianFilter.Apply(values, _extent, (sigma.Z, sigma.Y, sigma.X), deformation.IsLargest ? FilterBorder.Reflect : FilterBorder.Zero, degree: 1);
        double factor = deformation.IsLargest ? (magnitude + TinyMagnitude) / Math.Abs((double)TensorPrimitives.MaxMagnitude<float>(values)) : magnitude;
        TensorPrimitives.Multiply(values, (float)factor, values);
    }
}
