using NnUNet.Core.Fingerprints;

namespace NnUNet.Core.Tests.Preprocessing;

/// <summary>The normalisation schemes as plain formulas: what the fast ones must compute.</summary>
internal static class PlainNormalization
{
    public static void Apply(string name, float[] voxels, Func<int, bool> inside, ChannelIntensities intensities)
    {
        double low = intensities.Percentile005;
        double high = intensities.Percentile995;
        double[] counted = name == "CT2"
            ? [.. voxels.Where(v => v > low && v < high).Select(static v => (double)v)]
            : [.. voxels.Where((_, i) => inside(i)).Select(static v => (double)v)];
        double mean = counted.Average();
        double deviation = Math.Sqrt(counted.Average(v => (v - mean) * (v - mean)));
        Func<double, double> formula = name switch
        {
            "CT" => v => (Math.Clamp(v, low, high) - intensities.Mean) / intensities.Sd,
            "CT2" => v => (Math.Clamp(v, low, high) - mean) / deviation,
            "nonCT" => v => (v - mean) / (deviation + 1e-8),
            "scale_uint8_to_0_1" => static v => v / 255,
            _ => static v => v,
        };
        for (int i = 0; i < voxels.Length; i++) voxels[i] = inside(i) ? (float)formula(voxels[i]) : 0;
    }
}
