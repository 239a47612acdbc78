using System.Numerics;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>Mean and standard deviation of voxels, summed in double.</summary>
internal static class VoxelStatistics
{
    /// <summary>Mean and population standard deviation of all voxels; (0, 0) for none.</summary>
    public static (double Mean, double Deviation) Of(ReadOnlySpan<float> voxels)
    {
        if (voxels.IsEmpty) return (0, 0);
        double mean = Sum(voxels) / voxels.Length;
        return (mean, Math.Sqrt(SquaredDistance(voxels, mean) / voxels.Length));
    }

    /// <summary>The plain twin of <see cref="Of(ReadOnlySpan{float})"/>: what it must compute.</summary>
    internal static (double Mean, double Deviation) Reference(ReadOnlySpan<float> voxels)
    {
        if (voxels.IsEmpty) return (0, 0);
        double sum = 0;
        foreach (float v in voxels) sum += v;
        double mean = sum / voxels.Length;
        double squares = 0;
        foreach (float v in voxels) squares += (v - mean) * (v - mean);
        return (mean, Math.Sqrt(squares / voxels.Length));
    }

    private static double Sum(ReadOnlySpan<float> voxels)
    {
        Vector<double> low = Vector<double>.Zero;
        Vector<double> high = Vector<double>.Zero;
        int i = 0;
        for (; i <= voxels.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(voxels[i..]), out Vector<double> l, out Vector<double> h);
            low += l;
            high += h;
        }

        double sum = Vector.Sum(low + high);
        for (; i < voxels.Length; i++) sum += voxels[i];
        return sum;
    }

    private static double SquaredDistance(ReadOnlySpan<float> voxels, double mean)
    {
        Vector<double> centre = new(mean);
        Vector<double> low = Vector<double>.Zero;
        Vector<double> high = Vector<double>.Zero;
        int i = 0;
        for (; i <= voxels.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(voxels[i..]), out Vector<double> l, out Vector<double> h);
            l -= centre;
            h -= centre;
            low += l * l;
            high += h * h;
        }

        double sum = Vector.Sum(low + high);
        for (; i < voxels.Length; i++) sum += (voxels[i] - mean) * (voxels[i] - mean);
        return sum;
    }
}
