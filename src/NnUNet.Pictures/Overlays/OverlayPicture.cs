using NnUNet.Foundation;
using NnUNet.Pictures.Drawing;
using SkiaSharp;

namespace NnUNet.Pictures.Overlays;

/// <summary>
/// A PNG of several cases one below the other: image, reference and prediction side by side, in the first plane's slice that
/// shows most of all labels, with the Dice of each label.
/// </summary>
public static class OverlayPicture
{
    private const int PanelEdge = 260;
    private const int Gap = 8;
    private const int Margin = 18;
    private const int TitleHeight = 22;

    /// <summary>Writes the picture.</summary>
    /// <exception cref="DescribedException">The volumes of a case differ in extent, or there is no case.</exception>
    public static void Write(string path, IReadOnlyList<OverlayCase> cases)
    {
        if (cases.Count == 0) throw new DescribedException(path, "there is no case to draw", "give at least one");
        foreach (OverlayCase example in cases) example.Check();

        int panels = cases.Max(static example => CaseSheet.Rows(example).Length);
        int width = (2 * Margin) + (panels * (PanelEdge + Gap)) - Gap, room = width - (2 * Margin);
        PictureLegend[] legends = [.. cases.Select(PictureLegend.Of)];
        using PicturePage page = new(width, Margin + cases.Select((example, i) => Height(example, legends[i], room)).Sum());
        float top = Margin;
        for (int i = 0; i < cases.Count; i++)
        {
            legends[i].Draw(page, Margin, top, room);
            Draw(page, cases[i], top + legends[i].Height(room));
            top += Height(cases[i], legends[i], room);
        }

        byte[] png = page.Png();
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    private static int Height(OverlayCase example, PictureLegend legend, float room) =>
        (int)Math.Ceiling(legend.Height(room) + TitleHeight + Size(example, Plane(example)).Height + Margin);

    private static void Draw(PicturePage page, OverlayCase example, float top)
    {
        AnatomicalPlane plane = Plane(example);
        int slice = SliceOf(example, plane);
        SKSize size = Size(example, plane);
        SlicePanel panel = new(example);
        (string Name, SlicePanel.Layer Layer)[] panels = CaseSheet.Rows(example);
        for (int i = 0; i < panels.Length; i++)
        {
            float left = Margin + (i * (PanelEdge + Gap));
            string where = i == 0 ? CaseSheet.SliceName(plane, example.Prediction.Extent, slice) : "";
            page.Text(where.Length == 0 ? panels[i].Name : $"{panels[i].Name}, {plane.Name} {where}", left, top + TitleHeight - 8, PicturePage.Small, PicturePage.Grey);
            panel.Draw(page.Canvas, SKRect.Create(left, top + TitleHeight, size.Width, size.Height), plane, slice, panels[i].Layer, marked: i == 0);
        }
    }

    private static AnatomicalPlane Plane(OverlayCase example) => AnatomicalPlane.Of(example.Prediction.Extent, example.Prediction.Geometry)[0];

    /// <summary>The slice that shows most of all labels, those of the reference where it has any.</summary>
    internal static int SliceOf(OverlayCase example, AnatomicalPlane plane) =>
        plane.SliceOfMost(example.Reference is { } reference && reference.Voxels.AsSpan().ContainsAnyExcept((short)0) ? reference : example.Prediction);

    private static SKSize Size(OverlayCase example, AnatomicalPlane plane)
    {
        SKSize size = SlicePanel.Millimetres(example.Prediction.Extent, example.Prediction.Geometry.Spacing, plane);
        float scale = PanelEdge / Math.Max(size.Width, size.Height);
        return new SKSize(size.Width * scale, size.Height * scale);
    }
}
