using System.Globalization;
using System.Numerics.Tensors;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats;

/// <summary>Converts stored numbers to labels, and refuses numbers that are no labels.</summary>
internal static class LabelConversion
{
    /// <summary>How far a rescaled value (slope and intercept in floating point) may lie from its integer.</summary>
    internal const double RescaledTolerance = 1e-4;

    /// <summary>Labels of float voxels.</summary>
    /// <exception cref="FileFormatException">A voxel is no integer in the range of a short.</exception>
    public static void FromFloat(string path, ReadOnlySpan<float> voxels, Span<short> labels)
    {
        for (int i = 0; i < voxels.Length; i++)
        {
            short label = (short)voxels[i];
            if (label != voxels[i]) throw NoLabel(path, voxels[i]);
            labels[i] = label;
        }
    }

    /// <summary>Labels of double voxels, each at most <paramref name="tolerance"/> from an integer.</summary>
    /// <exception cref="FileFormatException">A voxel is no integer in the range of a short.</exception>
    public static void FromDouble(string path, ReadOnlySpan<double> voxels, double tolerance, Span<short> labels)
    {
        for (int i = 0; i < voxels.Length; i++)
        {
            double rounded = Math.Round(voxels[i]);
            if (!(Math.Abs(voxels[i] - rounded) <= tolerance) || rounded is < short.MinValue or > short.MaxValue) throw NoLabel(path, voxels[i]);
            labels[i] = (short)rounded;
        }
    }

    /// <summary>Whether every label is within 0 to 255.</summary>
    public static bool FitsByte(ReadOnlySpan<short> labels) =>
        labels.IsEmpty || (TensorPrimitives.Min(labels) >= byte.MinValue && TensorPrimitives.Max(labels) <= byte.MaxValue);

    private static FileFormatException NoLabel(string path, double value) => new(
        path,
        string.Create(CultureInfo.InvariantCulture, $"a voxel of the label map is {value:R}, but labels are integers from {short.MinValue} to {short.MaxValue}"),
        "correct the label map");
}
