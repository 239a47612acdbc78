using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets;

/// <summary>Judges whether an image's spacing can be meant, since a wrong unit in a header makes everything a thousandfold too large or small.</summary>
internal static class SpacingPlausibility
{
    /// <summary>From this factor on a spacing is not that of the same kind of image. Thick slices or a localizer stay below it, a wrong unit does not.</summary>
    public const double FactorFromModel = 100;

    /// <summary>Millimetres that voxels of scanners are apart at least.</summary>
    public const double Least = 0.01;

    /// <summary>Millimetres that voxels of scanners are apart at most.</summary>
    public const double Most = 100;

    /// <summary>What to do about it.</summary>
    public const string Remedy = "correct the spacing or its unit in the image's header";

    /// <summary>The axes in the order of arrays.</summary>
    public static readonly string[] AxisNames = ["z", "y", "x"];

    /// <summary>What is odd about an image's spacing for a model; null where nothing is.</summary>
    /// <param name="image">The image's spacing (z, y, x).</param>
    /// <param name="model">The spacing (z, y, x) to which the model brings it.</param>
    public static string? DifferenceFromModel(Spacing image, Spacing model)
    {
        double largest = 1;
        for (int axis = 0; axis < 3; axis++)
        {
            double factor = image[axis] / model[axis];
            if (image[axis] != Spacing.Flat && Math.Max(factor, 1 / factor) > Math.Max(largest, 1 / largest)) largest = factor;
        }

        return Math.Max(largest, 1 / largest) >= FactorFromModel
            ? $"the voxels are {Text(image)} apart (x, y, z), which is along an axis {Factor(largest)} the model's {Text(model)}"
            : null;
    }

    /// <summary>What is odd about the usual spacing (z, y, x) of a data set; null where nothing is.</summary>
    public static string? Oddity(Spacing spacing)
    {
        return Axes(spacing).Any(static s => s is < Least or > Most)
            ? $"the voxels are {Text(spacing)} apart (x, y, z), where scanners' are {Number(Least)} to {Number(Most)} mm"
            : null;
    }

    /// <summary>The median of spacings (z, y, x) along each axis.</summary>
    public static Spacing Median(IReadOnlyList<Spacing> spacings) => Spacing.From([.. Enumerable.Range(0, 3).Select(axis => Quantiles.Median(spacings.Select(s => s[axis])))]);

    /// <summary>What is odd about an image's spacing (z, y, x) beside a data set's median; null where nothing is.</summary>
    public static string? DifferenceFromMedian(Spacing spacing, Spacing median) => DatasetMedian.Farthest(axis => spacing[axis] / median[axis]) is { } apart
        ? $"the voxels are {Text(spacing)} apart (x, y, z), along {AxisNames[apart.Axis]} {Factor(apart.Factor)} the data set's median {Text(median)}"
        : null;

    /// <summary>A factor in words: "1000 times" or "1/1000 of".</summary>
    public static string Factor(double factor) => factor >= 1 ? $"{Number(factor)} times" : $"1/{Number(1 / factor)} of";

    /// <summary>A spacing as "1 x 1 x 3 mm": x, y and, where there is one, z.</summary>
    public static string Text(Spacing spacing) => $"{string.Join(" x ", Axes(spacing).Select(Number))} mm";

    private static IEnumerable<double> Axes(Spacing spacing) => new[] { spacing.X, spacing.Y, spacing.Z }.Where(static s => s != Spacing.Flat);

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture) is var text && text.Contains('E', StringComparison.Ordinal)
        ? value.ToString("0.########", CultureInfo.InvariantCulture)
        : text;
}
