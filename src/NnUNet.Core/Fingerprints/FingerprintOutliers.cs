using System.Globalization;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Fingerprints;

/// <summary>Names the cases whose spacing or size is far from the data set's, and a data set whose spacing no scanner has.</summary>
/// <remarks>The plans go by medians, so that one wrong header changes nothing but its own case: nobody would notice.</remarks>
internal static class FingerprintOutliers
{
    /// <summary>Below this there is no telling which case is the odd one.</summary>
    private const int FewestCases = 3;


    /// <summary>Finds them.</summary>
    /// <param name="fingerprint">The fingerprint.</param>
    /// <param name="cases">The cases in its order.</param>
    public static IEnumerable<DatasetFault> Find(DatasetFingerprint fingerprint, IReadOnlyList<CaseFiles> cases)
    {
        Spacing median = SpacingPlausibility.Median([.. fingerprint.AllSpacings.Select(static s => Spacing.From(s.AsSpan()))]);
        if (SpacingPlausibility.Oddity(median) is { } odd) yield return new DatasetFault(DatasetFolder.TrainingImages, $"half-way through the cases {odd}", SpacingPlausibility.Remedy + " if they are not meant");
        if (cases.Count < FewestCases) yield break;

        double[] sizes = [.. Enumerable.Range(0, 3).Select(axis => Quantiles.Median(fingerprint.AllSizes.Select(s => (double)s[axis])))];
        for (int i = 0; i < cases.Count; i++)
        {
            string where = DatasetFolder.Relative(cases[i].Channels[0]);
            Spacing spacing = Spacing.From(fingerprint.AllSpacings[i].AsSpan());
            if (SpacingPlausibility.DifferenceFromMedian(spacing, median) is { } difference) yield return new DatasetFault(where, difference, SpacingPlausibility.Remedy + " if they are not meant");

            if (DatasetMedian.Farthest(axis => fingerprint.AllSizes[i][axis] / sizes[axis]) is { } size)
            {
                yield return new DatasetFault(
                    where,
                    string.Create(CultureInfo.InvariantCulture, $"the cropped image has {Extent.From(fingerprint.AllSizes[i].AsSpan())} voxels (z, y, x), along {SpacingPlausibility.AxisNames[size.Axis]} {SpacingPlausibility.Factor(size.Factor)} the data set's median {string.Join("x", sizes)}"),
                    "look at the case, and take it out if it does not belong here");
            }
        }
    }
}
