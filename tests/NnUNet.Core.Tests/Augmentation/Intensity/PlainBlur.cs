using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Augmentation.Intensity;

/// <summary>The plain twin of the blur: every voxel as the weighted sum of its neighbours along one axis after the other, in double.</summary>
internal static class PlainBlur
{
    public static double[] Of(float[] voxels, Extent extent, double sigma)
    {
        double[] result = [.. voxels.Select(static v => (double)v)];
        result = Along(result, extent.Z, extent.SliceCount, sigma);
        result = Along(result, extent.Y, extent.X, sigma);
        return Along(result, extent.X, 1, sigma);
    }

    private static double[] Along(double[] voxels, int count, int stride, double sigma)
    {
        int radius = (int)((4 * sigma) + 0.5);
        double[] weights = [.. Enumerable.Range(-radius, (2 * radius) + 1).Select(k => Math.Exp(-0.5 * k * k / (sigma * sigma)))];
        double[] result = new double[voxels.Length];
        for (int i = 0; i < voxels.Length; i++)
        {
            int at = i / stride % count;
            for (int k = -radius; k <= radius; k++) result[i] += weights[k + radius] * voxels[i + ((Reflected(at + k, count) - at) * stride)];
            result[i] /= weights.Sum();
        }

        return result;
    }

    private static int Reflected(int at, int count)
    {
        int folded = ((at % (2 * count)) + (2 * count)) % (2 * count);
        return folded < count ? folded : (2 * count) - 1 - folded;
    }
}
