using NnUNet.Core.Evaluation.Report;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Torch.Training;
using SkiaSharp;

namespace NnUNet.Pictures.Training;

/// <summary>
/// The Dice of an epoch's validation patches: up to <see cref="MostLines"/> classes with a line each; of more, where all of them
/// and the middle half of them lie, and the lowest ones, which are those to look at.
/// </summary>
internal static class ClassCurves
{
    /// <summary>As many lines can be told apart, and their names fit beside the frame.</summary>
    public const int MostLines = 12;

    /// <summary>Of more classes, as many of the lowest are shown.</summary>
    public const int LowestShown = 6;

    /// <summary>By the mean of so many last epochs it is decided which are the lowest.</summary>
    private const int Lately = 10;

    /// <summary>Share of the old value in the moving average, as in the choice of the best epoch.</summary>
    private const double Alpha = 0.9;

    private static readonly SKColor Wide = new(0xec, 0xed, 0xef), Middle = new(0xd3, 0xd6, 0xda);

    /// <summary>The panel.</summary>
    /// <param name="epochs">All complete epochs.</param>
    /// <param name="classes">What their Dice is of; those that are missing are called by their numbers.</param>
    public static CurvePanel Of(ValueArray<EpochRecord> epochs, ValueArray<LabelName> classes)
    {
        int count = epochs.Max(static e => e.DicePerClass.Count);
        Curve[] each = [.. Enumerable.Range(0, count).Select(c => OfClass(epochs, c, c < classes.Count ? classes[c] : new LabelName(c + 1, "")))];
        List<Curve> lines = [];
        List<CurveBand> bands = [];
        if (count is > 1 and <= MostLines) lines.AddRange(each);
        if (count > MostLines)
        {
            lines.AddRange(Lowest(each));
            double[][] sorted = [.. Enumerable.Range(0, epochs.Count).Select(e => each.Select(c => c.Values[e]).Where(static v => !double.IsNaN(v)).Order().ToArray())];
            bands.Add(Between(sorted, $"all {count} classes", 0, 1, Wide));
            bands.Add(Between(sorted, "the middle half of them", 0.25, 0.75, Middle));
        }

        double[] mean = [.. epochs.Select(static e => e.Dice)];
        Curve average = new("moving average", Smooth(mean), ProgressPlot.Ink) { Width = 4 };
        Curve raw = count == 1 ? each[0] : new Curve("mean", mean, ProgressPlot.Ink) { Dotted = true };
        string title = count > MostLines ? $"Dice of the validation patches: mean, spread and the {lines.Count} lowest of {count} classes" : "Dice of the validation patches";
        return new CurvePanel(title, [average, raw, .. lines]) { Bands = bands, Range = (0, 1) };
    }

    private static Curve OfClass(ValueArray<EpochRecord> epochs, int index, LabelName label)
    {
        string name = label.Name.Length > 0 ? $"{label.Label} {label.Name}" : $"label {label.Label}";
        return Curve.OfLabel(name, [.. epochs.Select(e => index < e.DicePerClass.Count ? e.DicePerClass[index] : double.NaN)], label.Label);
    }

    /// <summary>The classes that are lowest lately, the lowest first.</summary>
    private static IEnumerable<Curve> Lowest(Curve[] each) => each
        .Select(static c => (Curve: c, Mean: c.Values.TakeLast(Lately).Where(static v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average()))
        .Where(static c => !double.IsNaN(c.Mean))
        .OrderBy(static c => c.Mean)
        .Take(LowestShown)
        .Select(static c => c.Curve);

    private static CurveBand Between(double[][] sorted, string name, double low, double high, SKColor colour) =>
        new(name, [.. sorted.Select(v => ScoreStatistics.Quantile(v, low))], [.. sorted.Select(v => ScoreStatistics.Quantile(v, high))], colour);

    private static double[] Smooth(double[] values)
    {
        double? average = null;
        return [.. values.Select(v => (average = MovingAverage.Next(average, v, Alpha)) ?? double.NaN)];
    }
}
