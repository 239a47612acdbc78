using System.Globalization;
using NnUNet.Core.Datasets;
using NnUNet.Imaging;

namespace NnUNet.Core.Fingerprints;

/// <summary>Names the cases whose spacing or size is far from the data set's, and a data set whose spacing no scanner has.</summary>
/// <remarks>The plans go by medians, so that one wrong header changes nothing but its own case: nobody would notice.</remarks>
internal static class FingerprintOutliers
{
    /// <summary>From this factor on a case is named. Slices of one data set may well be five times thicker in some cases.</summary>
    private const double Factor = 10;

    /// <summary>Below this there is no telling which case is the odd one.</summary>
    private const int FewestCases = 3;

    private const double Rounding = 1e-6;
    private static readonly string[] AxisNames = ["z", "y", "x"];

    /// <summary>Finds them.</summary>
    /// <param name="fingerprint">The fingerprint.</param>
    /// <param name="cases">The cases in its order.</param>
    public static IEnumerable<DatasetFault> Find(DatasetFingerprint fingerprint, IReadOnlyList<CaseFiles> cases)
    {
        Spacing median = Spacing.From([.. Enumerable.Range(0, 3).Select(axis => Median(fingerprint.AllSpacings.Select(s => s[axis])))]);
        if (SpacingPlausibility.Oddity(median) is { } odd) yield return new DatasetFault(DatasetFolder.TrainingImages, $"half-way through the cases {odd}", SpacingPlausibility.Remedy + " if they are not meant");
        if (cases.Count < FewestCases) yield break;

        double[] sizes = [.. Enumerable.Range(0, 3).Select(axis => Median(fingerprint.AllSizes.Select(s => (double)s[axis])))];
        for (int i = 0; i < cases.Count; i++)
        {
            string where = DatasetFolder.Relative(cases[i].Channels[0]);
            Spacing spacing = Spacing.From(fingerprint.AllSpacings[i].AsSpan());
            if (Farthest(axis => spacing[axis] / median[axis]) is { } apart)
            {
                yield return new DatasetFault(
                    where, $"the voxels are {SpacingPlausibility.Text(spacing)} apart (x, y, z), along {AxisNames[apart.Axis]} {SpacingPlausibility.Factor(apart.Factor)} the data set's median {SpacingPlausibility.Text(median)}", SpacingPlausibility.Remedy + " if they are not meant");
            }

            if (Farthest(axis => fingerprint.AllSizes[i][axis] / sizes[axis]) is { } size)
            {
                yield return new DatasetFault(
                    where,
                    string.Create(CultureInfo.InvariantCulture, $"the cropped image has {Extent.From(fingerprint.AllSizes[i].AsSpan())} voxels (z, y, x), along {AxisNames[size.Axis]} {SpacingPlausibility.Factor(size.Factor)} the data set's median {string.Join("x", sizes)}"),
                    "look at the case, and take it out if it does not belong here");
            }
        }
    }

    private static (int Axis, double Factor)? Farthest(Func<int, double> factor)
    {
        (int Axis, double Factor) farthest = Enumerable.Range(0, 3).Select(axis => (axis, factor(axis))).MaxBy(static f => Math.Max(f.Item2, 1 / f.Item2));
        return Math.Max(farthest.Factor, 1 / farthest.Factor) >= Factor * (1 - Rounding) ? farthest : null;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
