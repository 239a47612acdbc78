using NnUNet.Foundation;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Logs;
using ScottPlot;

namespace NnUNet.Pictures.Training;

/// <summary>The curves of a training as a picture: <c>progress.png</c>.</summary>
/// <remarks>
/// Losses on the left axis (training blue, validation red), the mean Dice of the validation batches and its moving average on
/// the right (green); below, the learning rate, and what an epoch takes. Source: network_trainer.py, plot_progress.
/// </remarks>
internal static class ProgressPlot
{
    /// <summary>The file's name in the fold's folder.</summary>
    public const string FileName = TrainingHistory.PictureFileName;

    private const int Width = 1500;
    private const int Height = 1600;
    private const float FontSize = 24;
    private const float LineWidth = 2;

    /// <summary>Share of the old value in the moving average of the Dice that is drawn.</summary>
    private const double Alpha = 0.9;

    /// <summary>Draws the curves of all complete epochs.</summary>
    public static void Save(string folder, ValueArray<EpochRecord> curves)
    {
        Multiplot page = new();
        page.AddPlots(3);
        DrawScores(page.GetPlot(0), curves);
        Line(page.GetPlot(1), curves, static c => c.Rate, Colors.Blue, "learning rate");
        Line(page.GetPlot(2), curves, static c => c.Seconds, Colors.Blue, "seconds per epoch");
        Line(page.GetPlot(2), curves, static c => c.Seconds * c.WaitShare, Colors.Orange, "of them waiting for data");
        page.GetPlot(2).Axes.SetLimitsY(0, 1.15 * curves.Select(static c => c.Seconds).Where(double.IsFinite).DefaultIfEmpty(1).Max()); // of epochs of other programs it is not known
        string[] labels = ["loss", "learning rate", "seconds"];
        for (int i = 0; i < labels.Length; i++) Decorate(page.GetPlot(i), labels[i], i == 1 ? Alignment.UpperRight : Alignment.MiddleRight);

        ScottPlot.MultiplotLayouts.CustomGrid grid = new();
        grid.Set(page.GetPlot(0), new GridCell(0, 0, 2, 1));
        grid.Set(page.GetPlot(1), new GridCell(2, 0, 4, 1));
        grid.Set(page.GetPlot(2), new GridCell(3, 0, 4, 1));
        page.Layout = grid;
        byte[] png = page.Render(Width, Height).GetImageBytes(ImageFormat.Png);
        AtomicFile.Write(Path.Combine(folder, FileName), stream => stream.Write(png));
        foreach (Plot plot in page.GetPlots()) plot.Dispose();
    }

    private static void DrawScores(Plot plot, ValueArray<EpochRecord> curves)
    {
        Line(plot, curves, static c => c.TrainingLoss, Colors.Blue, "loss_tr");
        Line(plot, curves, static c => c.ValidationLoss, Colors.Red, "loss_val, train=False");
        ScottPlot.Plottables.Scatter metric = Line(plot, curves, static c => c.Dice, Colors.Green, "evaluation metric");
        metric.LinePattern = LinePattern.Dotted;
        metric.Axes.YAxis = plot.Axes.Right;
        double average = double.NaN;
        ScottPlot.Plottables.Scatter smooth = Line(plot, curves, c => average = Average(average, c.Dice), Colors.Green, "its moving average");
        smooth.LineWidth = 2 * LineWidth;
        smooth.Axes.YAxis = plot.Axes.Right;
        plot.Axes.Right.Label.Text = "evaluation metric (mean Dice)";
        plot.Axes.Right.Label.FontSize = FontSize;
        plot.Axes.Right.Label.Bold = false;
        plot.Axes.Right.TickLabelStyle.FontSize = FontSize;
    }

    private static double Average(double old, double value) =>
        double.IsNaN(value) ? old : double.IsNaN(old) ? value : (Alpha * old) + ((1 - Alpha) * value);

    private static void Decorate(Plot plot, string label, Alignment legend)
    {
        plot.XLabel("epoch", FontSize);
        plot.YLabel(label, FontSize);
        plot.Axes.Bottom.TickLabelStyle.FontSize = FontSize;
        plot.Axes.Left.TickLabelStyle.FontSize = FontSize;
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Left.Label.Bold = false;
        plot.Axes.Left.MinimumSize = plot.Axes.Right.MinimumSize = 130;
        plot.Legend.FontSize = FontSize;
        plot.ShowLegend(legend);
    }

    private static ScottPlot.Plottables.Scatter Line(Plot plot, ValueArray<EpochRecord> curves, Func<EpochRecord, double> value, Color color, string legend)
    {
        double[] epochs = [.. Enumerable.Range(0, curves.Count).Select(static e => (double)e)];
        double[] values = [.. curves.Select(value)];
        ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(epochs, values, color);
        line.LineWidth = LineWidth;
        line.LegendText = legend;

        // A line of one epoch would not be seen.
        line.MarkerSize = curves.Count == 1 ? 8 : 0;
        return line;
    }
}
