using System.Numerics.Tensors;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

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
        NoLabels others = new();
        for (int i = 0; i < voxels.Length; i++)
        {
            short label = (short)voxels[i];
            if (label != voxels[i]) others.Add(voxels[i]);
            labels[i] = label;
        }

        others.ThrowIfAny(path);
    }

    /// <summary>Labels of a part of the double voxels, each at most <paramref name="tolerance"/> from an integer.</summary>
    /// <param name="voxels">The voxels.</param>
    /// <param name="tolerance">How far a voxel may lie from its integer.</param>
    /// <param name="labels">Takes the labels.</param>
    /// <param name="others">Gets the voxels that are no label.</param>
    public static void FromDouble(ReadOnlySpan<double> voxels, double tolerance, Span<short> labels, NoLabels others)
    {
        for (int i = 0; i < voxels.Length; i++)
        {
            double rounded = Math.Round(voxels[i]);
            bool isLabel = Math.Abs(voxels[i] - rounded) <= tolerance && rounded is >= short.MinValue and <= short.MaxValue;
            if (!isLabel) others.Add(voxels[i]);
            labels[i] = isLabel ? (short)rounded : (short)0;
        }
    }

    /// <summary>A label map as an image.</summary>
    public static Volume<float> ToFloat(Volume<short> labels) => new(Array.ConvertAll(labels.Voxels, static v => (float)v), labels.Extent, labels.Geometry);

    /// <summary>What turns stored numbers into labels, chunk by chunk.</summary>
    /// <param name="kind">The type of the numbers, in this machine's byte order.</param>
    /// <param name="others">Gets the numbers that are no label.</param>
    public static ChunkConverter<short> From(NumberKind kind, NoLabels others)
    {
        if (kind is NumberKind.UInt8 or NumberKind.Int8 or NumberKind.Int16) return (raw, into) => NumberKinds.Convert(raw, kind, into);

        double[] wide = [];
        return (raw, into) =>
        {
            if (wide.Length < into.Length) wide = new double[into.Length];
            Span<double> part = wide.AsSpan(0, into.Length);
            NumberKinds.Convert(raw, kind, part);
            FromDouble(part, 0, into, others);
        };
    }

    /// <summary>Whether every label is within 0 to 255.</summary>
    public static bool FitsByte(ReadOnlySpan<short> labels) =>
        labels.IsEmpty || (TensorPrimitives.Min(labels) >= byte.MinValue && TensorPrimitives.Max(labels) <= byte.MaxValue);
}
