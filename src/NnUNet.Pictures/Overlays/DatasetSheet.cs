using System.Globalization;
using NnUNet.Pictures.Drawing;
using SkiaSharp;

namespace NnUNet.Pictures.Overlays;

/// <summary>Pictures of all cases of a data set, those with the lowest Dice first.</summary>
internal static class DatasetSheet
{
    /// <summary>Cases of one page at most.</summary>
    public const int PageCases = 96;

    /// <summary>Pixels of a case's picture.</summary>
    public const int Edge = 170;

    private const int Columns = 8;
    private const int Gap = 8;
    private const int Margin = 20;
    private const int HeaderHeight = 66;
    private const int CaptionHeight = 36;

    /// <summary>The pages as PNG.</summary>
    /// <param name="title">The title above all panels.</param>
    /// <param name="cases">The cases in any order.</param>
    /// <param name="labels">The labels that occur.</param>
    /// <param name="names">Names of labels by their value as text.</param>
    public static IEnumerable<byte[]> Pages(string title, IReadOnlyList<SheetEntry> cases, IReadOnlyList<int> labels, IReadOnlyDictionary<string, string> names)
    {
        // NaN comes first in .NET's order, and a case without a defined Dice is worth a look.
        SheetEntry[] sorted = [.. cases.OrderBy(static c => c.MeanDice).ThenBy(static c => c.CaseId, StringComparer.Ordinal)];
        SheetEntry[][] pages = [.. sorted.Chunk(PageCases)];
        for (int i = 0; i < pages.Length; i++)
        {
            string part = pages.Length == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", page {i + 1} of {pages.Length}");
            yield return Page($"{title}: {cases.Count} cases{part}", pages[i], labels, names);
        }
    }

    private static byte[] Page(string title, SheetEntry[] cases, IReadOnlyList<int> labels, IReadOnlyDictionary<string, string> names)
    {
        int columns = Math.Min(Columns, Math.Max(3, cases.Length));
        int rows = ((cases.Length - 1) / columns) + 1;
        using PicturePage page = new((2 * Margin) + (columns * (Edge + Gap)) - Gap, HeaderHeight + (rows * (Edge + CaptionHeight + Gap)) + Margin);
        page.Text(title, Margin, Margin + 12, PicturePage.Large, PicturePage.White, page.Width - (2 * Margin));
        bool compared = cases.Any(static c => !double.IsNaN(c.MeanDice));
        float end = PictureLegend.Labels(page, labels.Select(label => (label, PictureLegend.Name(names, label))), Margin, Margin + 36);
        if (compared) page.Text("dashes: reference", end, Margin + 36, PicturePage.Normal, PicturePage.Grey);
        for (int i = 0; i < cases.Length; i++)
        {
            float left = Margin + (i % columns * (Edge + Gap)), top = HeaderHeight + (i / columns * (Edge + CaptionHeight + Gap));
            using SKBitmap picture = SKBitmap.Decode(cases[i].Png);
            using SKImage image = SKImage.FromBitmap(picture);
            page.Canvas.DrawImage(image, left, top);
            page.Text(cases[i].CaseId, left, top + Edge + 15, PicturePage.Small, PicturePage.White, Edge);
            if (compared) page.Text(double.IsNaN(cases[i].MeanDice) ? "no foreground" : string.Create(CultureInfo.InvariantCulture, $"Dice {cases[i].MeanDice:0.000}"), left, top + Edge + 30, PicturePage.Small, PicturePage.Grey);
        }

        return page.Png();
    }
}
