using NnUNet.Foundation;

namespace NnUNet.Torch.Networks;

/// <summary>Sizes that follow from a network's strides.</summary>
internal static class NetworkGeometry
{
    /// <summary>The same number along each axis.</summary>
    public static int[] Uniform(int value, int dimensions)
    {
        int[] values = new int[dimensions];
        Array.Fill(values, value);
        return values;
    }

    /// <summary>Feature maps of each resolution: doubled at each coarser one, up to a limit.</summary>
    public static int[] Features(int first, int largest, int resolutions)
    {
        int[] features = new int[resolutions];
        features[0] = first;
        for (int level = 1; level < resolutions; level++) features[level] = Math.Min(2 * features[level - 1], largest);
        return features;
    }

    /// <summary>By how much an image is smaller after some strides, per axis in array order.</summary>
    public static ValueArray<int> StridesAfter(ValueArray<ValueArray<int>> strides, int count)
    {
        int[] product = Uniform(1, strides[0].Count);
        for (int i = 0; i < count; i++)
        {
            for (int axis = 0; axis < product.Length; axis++) product[axis] *= strides[i][axis];
        }

        return product.ToValueArray();
    }
}
