using System.Globalization;
using NnUNet.Pictures.Drawing;
using ScottPlot;
using SkiaSharp;

namespace NnUNet.Pictures.Training;

/// <summary>Draws a <see cref="CurvePanel"/>: title above, frame on the left, and beside it, where they cover nothing, the names with their last values.</summary>
internal static class PanelPicture
{
    /// <summary>Pixels of the names' column.</summary>
    private const float LegendWidth = 330;

    private const float TitleHeight = 34;
    private const float FontSize = 18;
    private const float RowHeight = 30;
    private const float AxisWidth = 92;
    private const float AxisHeight = 52;

    /// <summary>The numbers of the last ticks reach over the frame.</summary>
    private const float RightEdge = 30;

    private const float TopEdge = 12;

    /// <summary>Up to so many epochs each of them has a dot.</summary>
    private const int Dots = 40;

    private static readonly SKColor Line = new(0xe3, 0xe4, 0xe6), Card = new(0xff, 0xff, 0xff);

    /// <summary>Draws the panel into a part of the page.</summary>
    public static void Draw(PicturePage page, CurvePanel panel, SKRect place)
    {
        page.Text(panel.Title, place.Left, place.Top + 24, FontSize + 3, ProgressPlot.Ink);
        using (Plot plot = PlotOf(panel))
        {
            SKRect frame = new(place.Left, place.Top + TitleHeight, place.Right - LegendWidth + RightEdge - 8, place.Bottom - 8);
            page.Canvas.Save();
            page.Canvas.ClipRect(frame); // a plot clears all that it may draw on
            plot.Render(page.Canvas, new PixelRect(frame.Left, frame.Right, frame.Bottom, frame.Top));
            page.Canvas.Restore();
        }

        float left = place.Right - LegendWidth + 28, top = place.Top + TitleHeight + TopEdge + 4;
        foreach (Curve curve in panel.Curves)
        {
            Sample(page.Canvas, curve, left, top + 11);
            Name(page, curve.Name, double.IsNaN(curve.Last) ? "" : panel.Text(curve.Last), left, place.Right, top);
            top += RowHeight;
        }

        foreach (CurveBand band in panel.Bands)
        {
            page.Swatch(left + 5, top + 1, 20, band.Colour);
            Name(page, band.Name, "", left, place.Right, top);
            top += RowHeight;
        }
    }

    /// <summary>Whole epochs for the ticks of the axis, at most a dozen.</summary>
    /// <param name="epochs">Number of epochs.</param>
    internal static int[] Ticks(int epochs)
    {
        int step = Steps().First(factor => epochs / factor <= 10);

        // The first epoch is 1: with steps of 10, ticks stand at 1, 10, 20.
        return [.. Enumerable.Range(0, (epochs / step) + 1).Select(i => Math.Max(1, i * step)).Where(e => e <= epochs).Distinct()];

        static IEnumerable<int> Steps()
        {
            for (int power = 1; power < 1_000_000_000; power *= 10)
            {
                foreach (int factor in (int[])[1, 2, 5]) yield return factor * power;
            }
        }
    }

    private static Plot PlotOf(CurvePanel panel)
    {
        Plot plot = new();
        int epochs = panel.Curves[0].Values.Length;
        double[] numbers = [.. Enumerable.Range(1, epochs).Select(static e => (double)e)];
        foreach (CurveBand band in panel.Bands) Add(plot, band, numbers);
        foreach (Curve curve in panel.Curves.Reverse()) Add(plot, curve, numbers);

        int[] ticks = Ticks(epochs);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. ticks.Select(static t => (double)t)], [.. ticks.Select(static t => t.ToString(CultureInfo.InvariantCulture))]);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { LabelFormatter = static v => v.ToString("0.######", CultureInfo.InvariantCulture), TargetTickCount = 6 };
        double margin = epochs == 1 ? 0.5 : 0.012 * (epochs - 1);
        plot.Axes.SetLimitsX(1 - margin, epochs + margin);
        (double low, double high) = panel.Range ?? Around(panel.Curves);
        plot.Axes.SetLimitsY(low, high);
        Style(plot);
        return plot;
    }

    private static void Add(Plot plot, CurveBand band, double[] numbers)
    {
        int[] defined = [.. Enumerable.Range(0, numbers.Length).Where(e => !double.IsNaN(band.High[e]))];
        if (defined.Length == 0) return;

        // An area of one epoch has no width: it is drawn a tenth of an epoch to both sides.
        double[] at = defined.Length == 1 ? [numbers[defined[0]] - 0.1, numbers[defined[0]] + 0.1] : [.. defined.Select(e => numbers[e])];
        int[] from = defined.Length == 1 ? [defined[0], defined[0]] : defined;
        ScottPlot.Plottables.FillY area = plot.Add.FillY(at, [.. from.Select(e => band.Low[e])], [.. from.Select(e => band.High[e])]);
        area.FillColor = Of(band.Colour);
        area.LineWidth = 0;
        area.MarkerSize = 0;
    }

    private static void Add(Plot plot, Curve curve, double[] numbers)
    {
        ScottPlot.Plottables.Scatter line = plot.Add.Scatter(numbers, curve.Values, Of(curve.Colour));
        line.LineWidth = curve.Width;
        if (curve.Dotted) line.LinePattern = LinePattern.Dotted;

        // Dots of a single epoch often lie upon each other: the ones below stand out as rings.
        line.MarkerSize = numbers.Length > Dots ? 0 : numbers.Length == 1 ? 20 - (3 * curve.Width) : curve.Width + 5;
    }

    private static (double Low, double High) Around(IReadOnlyList<Curve> curves)
    {
        double[] values = [.. curves.SelectMany(static c => c.Values).Where(double.IsFinite)];
        if (values.Length == 0) return (0, 1);
        double low = values.Min(), high = values.Max(), margin = high > low ? 0.06 * (high - low) : Math.Max(0.1, 0.1 * Math.Abs(high));
        return (low - margin, high + margin);
    }

    private static void Style(Plot plot)
    {
        plot.FigureBackground.Color = Of(ProgressPlot.Page);
        plot.DataBackground.Color = Of(Card);
        plot.Grid.MajorLineColor = Of(Line);
        plot.Axes.Bottom.Label.Text = "epoch";
        plot.Layout.Fixed(new PixelPadding(AxisWidth, RightEdge, AxisHeight, TopEdge));
        plot.Axes.Right.FrameLineStyle.Width = plot.Axes.Top.FrameLineStyle.Width = 0;
        foreach (IAxis axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.Label.FontName = axis.TickLabelStyle.FontName = PicturePage.FontName;
            axis.Label.FontSize = axis.TickLabelStyle.FontSize = FontSize;
            axis.Label.Bold = false;
            axis.Label.ForeColor = axis.TickLabelStyle.ForeColor = Of(ProgressPlot.Soft);
            axis.FrameLineStyle.Color = axis.MajorTickStyle.Color = Of(Line);
            axis.MinorTickStyle.Length = 0;
        }
    }

    /// <summary>A piece of the line as it is drawn.</summary>
    private static void Sample(SKCanvas canvas, Curve curve, float left, float middle)
    {
        using SKPathEffect? dots = curve.Dotted ? SKPathEffect.CreateDash([3, 4], 0) : null;
        using SKPaint paint = new() { Color = curve.Colour, StrokeWidth = Math.Max(3, curve.Width), IsAntialias = true, PathEffect = dots };
        canvas.DrawLine(left, middle, left + 30, middle, paint);
    }

    private static void Name(PicturePage page, string name, string value, float left, float right, float top)
    {
        float width = PicturePage.Measure(value, FontSize);
        page.Text(name, left + 42, top + 17, FontSize, ProgressPlot.Ink, right - left - 42 - width - 10);
        page.Text(value, right - width, top + 17, FontSize, ProgressPlot.Soft);
    }

    private static Color Of(SKColor colour) => Color.FromSKColor(colour);
}
