namespace NnUNet.Core.Tests.Augmentation.Intensity;

/// <summary>The plain twin of gamma with retained statistics, step by step in double.</summary>
internal static class PlainGamma
{
    public static double[] Of(float[] voxels, double power, bool inverted)
    {
        double sign = inverted ? -1 : 1;
        double[] before = [.. voxels.Select(v => sign * v)];
        double least = before.Min();
        double range = before.Max() - least + 1e-7;
        double[] powers = [.. before.Select(v => (Math.Pow((v - least) / range, power) * range) + least)];
        double mean = powers.Average();
        double scale = Deviation(before) / (Deviation(powers) + 1e-8);
        double old = before.Average();
        return [.. powers.Select(p => sign * (((p - mean) * scale) + old))];
    }

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }
}
