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
    private const int NameHeight = 20;
    private const int ScoreHeight = 15;
    private const int ScoresALine = 2;
    private const int ScoresShown = 6;

    /// <summary>The pages as PNG.</summary>
    /// <param name="title">The title above all panels.</param>
    /// <param name="cases">The cases in any order.</param>
    /// <param name="labels">The labels that occur.</param>
    /// <param name="names">Names of labels by their value as text.</param>
    /// <param name="compared">Whether there are references.</param>
    public static IEnumerable<byte[]> Pages(string title, IReadOnlyList<SheetEntry> cases, IReadOnlyList<int> labels, IReadOnlyDictionary<string, string> names, bool compared)
    {
        // NaN comes first in .NET's order, and a case without a defined Dice is worth a look.
        SheetEntry[] sorted = [.. cases.OrderBy(static c => c.MeanDice).ThenBy(static c => c.CaseId, StringComparer.Ordinal)];
        SheetEntry[][] pages = [.. sorted.Chunk(PageCases)];
        for (int i = 0; i < pages.Length; i++)
        {
            string part = pages.Length == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", page {i + 1} of {pages.Length}");
            yield return Page($"{title}: {cases.Count} cases{part}", pages[i], labels, names, compared);
        }
    }

    private static byte[] Page(string title, SheetEntry[] cases, IReadOnlyList<int> labels, IReadOnlyDictionary<string, string> names, bool compared)
    {
        int columns = Math.Min(Columns, Math.Max(3, cases.Length));
        int rows = ((cases.Length - 1) / columns) + 1;
        int scores = compared ? Math.Min(ScoresShown, cases.Max(static c => c.Dice.Count) + 1) : 0;
        int caption = NameHeight + (((scores + ScoresALine - 1) / ScoresALine) * ScoreHeight) + 4;
        int width = (2 * Margin) + (columns * (Edge + Gap)) - Gap;
        PictureLegend legend = PictureLegend.Of(title, labels, names, compared);
        float header = Margin + legend.Height(width - (2 * Margin));
        using PicturePage page = new(width, (int)header + (rows * (Edge + caption + Gap)) + Margin);
        legend.Draw(page, Margin, Margin, width - (2 * Margin));
        for (int i = 0; i < cases.Length; i++)
        {
            float left = Margin + (i % columns * (Edge + Gap)), top = header + (i / columns * (Edge + caption + Gap));
            using SKBitmap picture = SKBitmap.Decode(cases[i].Png);
            using SKImage image = SKImage.FromBitmap(picture);
            page.Canvas.DrawImage(image, left, top);
            page.Text(cases[i].CaseId, left, top + Edge + 15, PicturePage.Small, PicturePage.White, Edge);
            if (compared) Scores(page, cases[i], left, top + Edge + NameHeight + 10);
        }

        return page.Png();
    }

    /// <summary>The mean and the Dice of each label; of many labels the lowest ones.</summary>
    private static void Scores(PicturePage page, SheetEntry entry, float left, float y)
    {
        if (entry.Dice.Count == 0)
        {
            page.Text("no foreground", left, y, PicturePage.Small, PicturePage.Grey);
            return;
        }

        int[] shown = [.. (entry.Dice.Count < ScoresShown ? entry.Dice.Keys.Order() : entry.Dice.OrderBy(static d => d.Value).ThenBy(static d => d.Key).Select(static d => d.Key)).Take(ScoresShown - 1)];
        page.Text(string.Create(CultureInfo.InvariantCulture, $"Dice {entry.MeanDice:0.000}"), left, y, PicturePage.Small, PicturePage.White);
        for (int i = 0; i < shown.Length; i++)
        {
            float x = left + ((i + 1) % ScoresALine * (Edge / ScoresALine)), line = y + ((i + 1) / ScoresALine * ScoreHeight);
            page.Swatch(x, line - 9, 9, SlicePicture.ColourOf(shown[i]));
            page.Text(string.Create(CultureInfo.InvariantCulture, $"{shown[i]}  {entry.Dice[shown[i]]:0.000}"), x + 14, line, PicturePage.Small, PicturePage.Grey);
        }
    }
}
