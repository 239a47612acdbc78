using System.Globalization;
using NnUNet.Imaging;
using NnUNet.Pictures.Drawing;
using SkiaSharp;

namespace NnUNet.Pictures.Overlays;

/// <summary>
/// A picture of one case: slices through the foreground along each axis, as image, reference and prediction one below the
/// other, all on one scale in millimetres; above them the case's name, a legend and the Dice of each label.
/// </summary>
internal static class CaseSheet
{
    private const int Margin = 20;
    private const int Gap = 6;
    private const int LabelWidth = 86;
    private const int PanelEdge = 190;
    private const int LonePanelEdge = 480;
    private const int PlaneTitleHeight = 26;
    private const int LeastWidth = 560;
    private const string PredictionName = "prediction";

    /// <summary>The sheet as PNG.</summary>
    /// <param name="example">The case.</param>
    /// <param name="slicesPerAxis">Slices along each axis.</param>
    /// <param name="predictionName">What the segmentation is called that is looked at.</param>
    public static byte[] Png(OverlayCase example, int slicesPerAxis, string predictionName = PredictionName)
    {
        IReadOnlyList<AnatomicalPlane> planes = AnatomicalPlane.Of(example.Prediction.Extent, example.Prediction.Geometry);
        SKSize[] sizes = [.. planes.Select(plane => SlicePanel.Millimetres(example.Prediction.Extent, example.Prediction.Geometry.Spacing, plane))];
        int[][] slices = [.. planes.Select(plane => plane.SlicesOf(example.Segmentations, slicesPerAxis))];

        // A picture, of which there is one slice only, has the place of several.
        float scale = (slices is [[_]] ? LonePanelEdge : PanelEdge) / sizes.Max(static size => Math.Max(size.Width, size.Height));
        (string Name, SlicePanel.Layer Layer)[] rows = Rows(example, predictionName);

        float width = LabelWidth + slices.Select((own, i) => own.Length * ((sizes[i].Width * scale) + Gap)).Max() + (2 * Margin);
        int pageWidth = Math.Max((int)width, LeastWidth);
        PictureLegend legend = PictureLegend.Of(example);
        float top = Margin + legend.Height(pageWidth - (2 * Margin));
        float height = top + sizes.Sum(size => PlaneTitleHeight + (rows.Length * ((size.Height * scale) + Gap))) + Margin;
        using PicturePage page = new(pageWidth, (int)height);
        legend.Draw(page, Margin, Margin, pageWidth - (2 * Margin));
        SlicePanel panel = new(example);
        for (int i = 0; i < planes.Count; i++)
        {
            SKSize size = new(sizes[i].Width * scale, sizes[i].Height * scale);
            for (int column = 0; column < slices[i].Length; column++)
            {
                float left = Margin + LabelWidth + (column * (size.Width + Gap));
                page.Text(SliceName(planes[i], example.Prediction.Extent, slices[i][column]), left, top + PlaneTitleHeight - 8, PicturePage.Small, PicturePage.Grey);
                for (int row = 0; row < rows.Length; row++)
                {
                    SKRect place = SKRect.Create(left, top + PlaneTitleHeight + (row * (size.Height + Gap)), size.Width, size.Height);
                    panel.Draw(page.Canvas, place, planes[i], slices[i][column], rows[row].Layer, marked: row == 0);
                }
            }

            page.Text(planes[i].Name, Margin, top + PlaneTitleHeight - 8, PicturePage.Normal, PicturePage.White);
            for (int row = 0; row < rows.Length; row++)
            {
                page.Text(rows[row].Name, Margin, top + PlaneTitleHeight + (row * (size.Height + Gap)) + PicturePage.Small, PicturePage.Small, PicturePage.Grey);
            }

            top += PlaneTitleHeight + (rows.Length * (size.Height + Gap));
        }

        return page.Png();
    }

    /// <summary>What is drawn of a case, with its name.</summary>
    public static (string Name, SlicePanel.Layer Layer)[] Rows(OverlayCase example, string predictionName = PredictionName)
    {
        List<(string, SlicePanel.Layer)> rows = [];
        if (example.Image is not null) rows.Add(("image", SlicePanel.Layer.Image));
        if (example.Reference is not null) rows.Add(("reference", SlicePanel.Layer.Reference));
        rows.Add((predictionName, SlicePanel.Layer.Prediction));
        return [.. rows];
    }

    /// <summary>Which slice it is, counted from 1; empty where there is one only.</summary>
    public static string SliceName(AnatomicalPlane plane, Extent extent, int slice) => extent[plane.Across] == 1
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"slice {slice + 1} of {extent[plane.Across]}");
}
