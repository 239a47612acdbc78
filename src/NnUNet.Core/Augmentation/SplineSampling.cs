using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NnUNet.Imaging;

namespace NnUNet.Core.Augmentation;

/// <summary>Image values at places between voxels: cubic B-splines, 0 outside the input.</summary>
/// <remarks>
/// A place with a coordinate below 0 or above n - 1 is exactly 0; inside, the image goes on mirrored about its outermost
/// voxels. Equals scipy.ndimage.map_coordinates(order=3, mode="constant", cval=0) up to float32.
/// The four weights of an axis are one cubic polynomial in four lanes, so a voxel takes 16 (slice-wise 4) multiply-adds
/// of four neighbours along x.
/// </remarks>
internal static class SplineSampling
{
    /// <summary>Computes all values of the output grid.</summary>
    public static void Resample(ReadOnlySpan<float> voxels, SamplingRows rows, SplineScratch scratch, Span<float> into)
    {
        Extent to = rows.To;
        SplineCoefficients coefficients = SplineCoefficients.Compute(voxels, rows.From, rows.SliceWise, scratch);
        into.Clear();
        if (rows.SliceWise)
        {
            for (int y = 0; y < to.Y; y++)
            {
                for ((int first, int end) = rows.MoveTo(0, y); end > first; (first, end) = rows.Next(end))
                {
                    for (int z = 0; z < to.Z; z++)
                    {
                        PlaneRow(coefficients, z, rows, first, end, into.Slice(((z * to.Y) + y) * to.X, to.X));
                    }
                }
            }

            return;
        }

        for (int z = 0; z < to.Z; z++)
        {
            for (int y = 0; y < to.Y; y++)
            {
                for ((int first, int end) = rows.MoveTo(z, y); end > first; (first, end) = rows.Next(end))
                {
                    VolumeRow(coefficients, rows, first, end, into.Slice(((z * to.Y) + y) * to.X, to.X));
                }
            }
        }
    }

    private static void VolumeRow(in SplineCoefficients coefficients, SamplingRows rows, int first, int end, Span<float> into)
    {
        ReadOnlySpan<int> cellZ = rows.Cell(0);
        ReadOnlySpan<int> cellY = rows.Cell(1);
        ReadOnlySpan<int> cellX = rows.Cell(2);
        ReadOnlySpan<double> fractionZ = rows.Fraction(0);
        ReadOnlySpan<double> fractionY = rows.Fraction(1);
        ReadOnlySpan<double> fractionX = rows.Fraction(2);
        ref float values = ref MemoryMarshal.GetReference(coefficients.Values);
        nint rowStride = coefficients.RowStride;
        nint sliceStride = coefficients.SliceStride;
        for (int x = first; x < end; x++)
        {
            Vector128<float> weightsZ = Weights((float)fractionZ[x]);
            Vector128<float> weightsY = Weights((float)fractionY[x]);
            ref float corner = ref Unsafe.Add(ref values, (cellZ[x] * sliceStride) + (cellY[x] * rowStride) + cellX[x]);
            Vector128<float> sum = PlaneSum(ref corner, rowStride, weightsY) * weightsZ.GetElement(0);
            sum = Vector128.FusedMultiplyAdd(PlaneSum(ref Unsafe.Add(ref corner, sliceStride), rowStride, weightsY), Vector128.Create(weightsZ.GetElement(1)), sum);
            sum = Vector128.FusedMultiplyAdd(PlaneSum(ref Unsafe.Add(ref corner, 2 * sliceStride), rowStride, weightsY), Vector128.Create(weightsZ.GetElement(2)), sum);
            sum = Vector128.FusedMultiplyAdd(PlaneSum(ref Unsafe.Add(ref corner, 3 * sliceStride), rowStride, weightsY), Vector128.Create(weightsZ.GetElement(3)), sum);
            into[x] = Vector128.Dot(sum, Weights((float)fractionX[x]));
        }
    }

    private static void PlaneRow(in SplineCoefficients coefficients, int z, SamplingRows rows, int first, int end, Span<float> into)
    {
        ReadOnlySpan<int> cellY = rows.Cell(1);
        ReadOnlySpan<int> cellX = rows.Cell(2);
        ReadOnlySpan<double> fractionY = rows.Fraction(1);
        ReadOnlySpan<double> fractionX = rows.Fraction(2);
        nint rowStride = coefficients.RowStride;
        ref float values = ref Unsafe.Add(ref MemoryMarshal.GetReference(coefficients.Values), z * (nint)coefficients.SliceStride);
        for (int x = first; x < end; x++)
        {
            ref float corner = ref Unsafe.Add(ref values, (cellY[x] * rowStride) + cellX[x]);
            into[x] = Vector128.Dot(PlaneSum(ref corner, rowStride, Weights((float)fractionY[x])), Weights((float)fractionX[x]));
        }
    }

    /// <summary>Four rows of four neighbours, weighted along y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> PlaneSum(ref float corner, nint rowStride, Vector128<float> weightsY)
    {
        Vector128<float> sum = Vector128.LoadUnsafe(ref corner) * weightsY.GetElement(0);
        sum = Vector128.FusedMultiplyAdd(Vector128.LoadUnsafe(ref Unsafe.Add(ref corner, rowStride)), Vector128.Create(weightsY.GetElement(1)), sum);
        sum = Vector128.FusedMultiplyAdd(Vector128.LoadUnsafe(ref Unsafe.Add(ref corner, 2 * rowStride)), Vector128.Create(weightsY.GetElement(2)), sum);
        return Vector128.FusedMultiplyAdd(Vector128.LoadUnsafe(ref Unsafe.Add(ref corner, 3 * rowStride)), Vector128.Create(weightsY.GetElement(3)), sum);
    }

    /// <summary>The cubic B-spline at the four neighbours of a place t (0 to 1) beyond the second one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Weights(float t)
    {
        Vector128<float> place = Vector128.Create(t);
        Vector128<float> sum = Vector128.FusedMultiplyAdd(Vector128.Create(-1 / 6f, 3 / 6f, -3 / 6f, 1 / 6f), place, Vector128.Create(3 / 6f, -1f, 3 / 6f, 0));
        sum = Vector128.FusedMultiplyAdd(sum, place, Vector128.Create(-3 / 6f, 0, 3 / 6f, 0));
        return Vector128.FusedMultiplyAdd(sum, place, Vector128.Create(1 / 6f, 4 / 6f, 1 / 6f, 0));
    }
}
