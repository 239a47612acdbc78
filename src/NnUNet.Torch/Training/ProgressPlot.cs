using NnUNet.Imaging.Foundation;
using ScottPlot;

namespace NnUNet.Torch.Training;

/// <summary>The curves of a training as a picture: <c>progress.png</c>.</summary>
/// <remarks>
/// Losses on the left axis (training blue, validation red), the mean Dice of the validation batches on the right (green,
/// dashed). Source: network_trainer.py, plot_progress.
/// </remarks>
internal static class ProgressPlot
{
    /// <summary>The file's name in the fold's folder.</summary>
    public const string FileName = "progress.png";

    private const int Width = 1500;
    private const int Height = 1200;
    private const float FontSize = 24;
    private const float LineWidth = 2;

    /// <summary>Draws the curves of all complete epochs.</summary>
    public static void Save(string folder, ValueArray<EpochRecord> curves)
    {
        using Plot plot = new();
        double[] epochs = [.. Enumerable.Range(0, curves.Count).Select(static e => (double)e)];
        Line(plot, epochs, [.. curves.Select(static c => c.TrainingLoss)], Colors.Blue, "loss_tr");
        Line(plot, epochs, [.. curves.Select(static c => c.ValidationLoss)], Colors.Red, "loss_val, train=False");
        ScottPlot.Plottables.Scatter metric = Line(plot, epochs, [.. curves.Select(static c => c.Dice)], Colors.Green, "evaluation metric");
        metric.LinePattern = LinePattern.Dashed;
        metric.Axes.YAxis = plot.Axes.Right;

        plot.XLabel("epoch", FontSize);
        plot.YLabel("loss", FontSize);
        plot.Axes.Right.Label.Text = "evaluation metric";
        plot.Axes.Right.Label.FontSize = FontSize;
        plot.Axes.Bottom.TickLabelStyle.FontSize = FontSize;
        plot.Axes.Left.TickLabelStyle.FontSize = FontSize;
        plot.Axes.Right.TickLabelStyle.FontSize = FontSize;
        plot.Axes.Bottom.Label.Bold = plot.Axes.Left.Label.Bold = plot.Axes.Right.Label.Bold = false;
        plot.Legend.FontSize = FontSize;
        plot.ShowLegend(Alignment.UpperCenter);
        plot.Axes.AutoScale();

        byte[] png = plot.GetImage(Width, Height).GetImageBytes(ImageFormat.Png);
        AtomicFile.Write(Path.Combine(folder, FileName), stream => stream.Write(png));
    }

    private static ScottPlot.Plottables.Scatter Line(Plot plot, double[] epochs, double[] values, Color color, string legend)
    {
        ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(epochs, values, color);
        line.LineWidth = LineWidth;
        line.LegendText = legend;

        // A line of one epoch would not be seen.
        line.MarkerSize = epochs.Length == 1 ? 8 : 0;
        return line;
    }
}
