using NnUNet.Imaging;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>Brings arrays into another axis order, as numpy's transpose.</summary>
internal static class AxisOrder
{
    /// <summary>Whether the order changes nothing.</summary>
    public static bool IsIdentity(ReadOnlySpan<int> order) => order.SequenceEqual([0, 1, 2]);

    /// <summary>A new array: axis <c>i</c> of it is axis <c>order[i]</c> of the source.</summary>
    /// <typeparam name="T">The voxel type.</typeparam>
    /// <param name="source">Voxels (z, y, x).</param>
    /// <param name="extent">Their extent (z, y, x).</param>
    /// <param name="order">The permutation of 0, 1, 2.</param>
    public static T[] Transpose<T>(ReadOnlySpan<T> source, Extent extent, ReadOnlySpan<int> order)
    {
        ReadOnlySpan<int> strides = [extent.SliceCount, extent.X, 1];
        Extent to = extent.Transpose(order);
        int planeStride = strides[order[0]];
        int rowStride = strides[order[1]];
        int stride = strides[order[2]];
        T[] result = new T[source.Length];
        int target = 0;
        for (int a = 0; a < to.Z; a++)
        {
            for (int b = 0; b < to.Y; b++)
            {
                int from = (a * planeStride) + (b * rowStride);
                for (int c = 0; c < to.X; c++, from += stride) result[target++] = source[from];
            }
        }

        return result;
    }
}
