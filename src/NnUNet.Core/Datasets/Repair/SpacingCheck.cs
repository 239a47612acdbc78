using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Names images whose spacing is ten times off the data set's median, and a thousandfold one as the mistake in the unit that it is.</summary>
[CatalogName("spacing")]
internal sealed class SpacingCheck : DatasetCheck
{
    private const int FewestCases = 3;
    private const double Unit = 1000;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(IReadOnlyList<CheckedCase> cases)
    {
        Spacing[] all = [.. cases.Select(static c => Spacing.From(c.Facts.Images[0].Spacing.AsSpan()))];
        if (all.Length < FewestCases)
        {
            foreach ((CheckedCase one, Spacing spacing) in cases.Zip(all))
            {
                if (SpacingPlausibility.Oddity(spacing) is { } odd) yield return new CheckFinding(one, 0, one.Facts.Images[0].File, $"{odd}; {SpacingPlausibility.Remedy} if they are not meant");
            }

            yield break;
        }

        Spacing median = SpacingPlausibility.Median(all);
        if (SpacingPlausibility.Oddity(median) is { } usual) yield return new CheckFinding(cases[0], 0, cases[0].Case.ImageFolder, $"half-way through the cases {usual}; {SpacingPlausibility.Remedy} if they are not meant");
        foreach ((CheckedCase one, Spacing spacing) in cases.Zip(all))
        {
            if (SpacingPlausibility.DifferenceFromMedian(spacing, median) is not { } difference) continue;
            string unit = IsUnit(spacing, median) ? "; this looks like metre or micron in the place of millimetre" : "";
            yield return new CheckFinding(one, 0, one.Facts.Images[0].File, $"{difference}{unit}; {SpacingPlausibility.Remedy} if they are not meant");
        }
    }

    /// <summary>Whether all axes are about a thousand, or a million, times off.</summary>
    private static bool IsUnit(Spacing spacing, Spacing median)
    {
        double[] powers = [.. Enumerable.Range(0, 3).Where(axis => spacing[axis] != Spacing.Flat).Select(axis => Math.Log(spacing[axis] / median[axis], Unit))];
        return powers.Length > 0 && powers.All(p => Math.Abs(Math.Abs(p) - 1) < 0.25) && powers.Select(Math.Sign).Distinct().Count() == 1;
    }
}
