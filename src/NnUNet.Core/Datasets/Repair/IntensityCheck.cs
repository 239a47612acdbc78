using System.Globalization;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Names images whose values are of another kind than those of their channel: another scale, another zero, grey values in the place of Hounsfield units.</summary>
/// <remarks>
/// Compared are the 1st percentile, the median and the 99th percentile with the data set's medians of these. Far is what lies more than five
/// deviations off; the deviation is 1.4826 times the median distance, and at least a tenth of the usual range, so that data sets of equal
/// images do not make all else odd.
/// </remarks>
[CatalogName("intensities")]
internal sealed class IntensityCheck : DatasetCheck
{
    private const int FewestCases = 5;
    private const double Deviations = 5;
    private const double LeastDeviation = 0.1;
    private const double Scale = 10;
    private const double OfMedianDistance = 1.4826;

    private static readonly (string Name, Func<ImageFacts, double> Of)[] Measures =
    [
        ("1st percentile", static f => f.Low),
        ("median", static f => f.Median),
        ("99th percentile", static f => f.High),
    ];

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(IReadOnlyList<CheckedCase> cases)
    {
        foreach ((int channel, (CheckedCase Case, ImageFacts Image)[] all) in Channels(cases))
        {
            (CheckedCase Case, ImageFacts Image)[] images = [.. all.Where(static i => i.Image.Constant is null)];
            if (images.Length < FewestCases) continue;

            double range = Quantiles.Median(images.Select(static i => i.Image.High - i.Image.Low));
            (string Name, Func<ImageFacts, double> Of, double Usual, double Far)[] usual = [.. Measures.Select(m => Usual(m.Name, m.Of, images, range))];
            foreach ((CheckedCase one, ImageFacts image) in images)
            {
                string[] far = [.. usual.Where(u => Math.Abs(u.Of(image) - u.Usual) > u.Far).Select(u => $"its {u.Name} is {Number(u.Of(image))}, where {Number(u.Usual)} is usual")];
                double factor = (image.High - image.Low) / range;
                string? scale = range > 0 && image.High > image.Low && Math.Max(factor, 1 / factor) >= Scale ? $"its values span {SpacingPlausibility.Factor(factor)} the usual range" : null;
                if (far.Length > 0 || scale is not null) yield return new CheckFinding(one, channel, image.File, string.Join("; ", far.Append(scale).OfType<string>()));
            }
        }
    }

    private static (string Name, Func<ImageFacts, double> Of, double Usual, double Far) Usual(string name, Func<ImageFacts, double> of, (CheckedCase Case, ImageFacts Image)[] images, double range)
    {
        double usual = Quantiles.Median(images.Select(i => of(i.Image)));
        double deviation = OfMedianDistance * Quantiles.Median(images.Select(i => Math.Abs(of(i.Image) - usual)));
        return (name, of, usual, Deviations * Math.Max(deviation, LeastDeviation * range));
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
