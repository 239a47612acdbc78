using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;
using ScottPlot;

namespace NnUNet.Pictures.Training;

/// <summary>The loss over the learning rate as a picture: <c>lr_finder.png</c>.</summary>
/// <remarks>Source: network_trainer.py, find_lr.</remarks>
internal static class LearningRatePlot
{
    /// <summary>The file's name in the fold's folder.</summary>
    public const string FileName = "lr_finder.png";

    private const int Width = 1200;
    private const int Height = 800;
    private const float FontSize = 20;

    /// <summary>Draws the curve without its first and last iterations; all of it where it is short.</summary>
    public static void Save(string folder, LearningRateCurve curve)
    {
        int first = curve.Rates.Count > LearningRateFinder.SkippedFirst + LearningRateFinder.SkippedLast ? LearningRateFinder.SkippedFirst : 0;
        int count = curve.Rates.Count - (first > 0 ? first + LearningRateFinder.SkippedLast : 0);
        double[] exponents = [.. curve.Rates.Skip(first).Take(count).Select(Math.Log10)];
        using Plot plot = new();
        ScottPlot.Plottables.Scatter single = plot.Add.ScatterPoints(exponents, [.. curve.Losses.Skip(first).Take(count)], Colors.Gray);
        single.MarkerSize = 4;
        single.LegendText = "loss of an iteration";
        ScottPlot.Plottables.Scatter average = plot.Add.ScatterLine(exponents, [.. curve.Smoothed.Skip(first).Take(count)], Colors.Blue);
        average.LineWidth = 3;
        average.LegendText = "moving average";
        if (curve.Suggested is { } suggested)
        {
            ScottPlot.Plottables.VerticalLine line = plot.Add.VerticalLine(Math.Log10(suggested), 2, Colors.Red, LinePattern.Dashed);
            line.LegendText = string.Create(CultureInfo.InvariantCulture, $"suggested: {suggested:G2}");
        }

        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            IntegerTicksOnly = true,
            LabelFormatter = static exponent => string.Create(CultureInfo.InvariantCulture, $"1e{exponent:0}"),
        };
        plot.XLabel("learning rate", FontSize);
        plot.YLabel("training loss", FontSize);
        plot.Axes.Bottom.TickLabelStyle.FontSize = FontSize;
        plot.Axes.Left.TickLabelStyle.FontSize = FontSize;
        plot.Legend.FontSize = FontSize;
        plot.Axes.Bottom.Label.Bold = plot.Axes.Left.Label.Bold = false;
        plot.ShowLegend(Alignment.LowerLeft);
        byte[] png = plot.GetImage(Width, Height).GetImageBytes(ImageFormat.Png);
        AtomicFile.Write(Path.Combine(folder, FileName), stream => stream.Write(png));
    }
}
