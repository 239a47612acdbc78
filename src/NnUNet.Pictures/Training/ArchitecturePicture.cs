using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Pictures.Drawing;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Training;

namespace NnUNet.Pictures.Training;

/// <summary>
/// Draws a network in the shape of a U: the encoder on the left, the decoder on the right, a row a resolution, with what each
/// stage convolves, the skip connections, and the outputs.
/// </summary>
/// <remarks>In place of the original's drawing of each operation (nnUNetTrainer.py, plot_network_architecture).</remarks>
internal static class ArchitecturePicture
{
    /// <summary>The drawing's name in the fold's folder.</summary>
    public const string FileName = "network_architecture.svg";

    /// <summary>The name of the same drawing for programs that show no SVG.</summary>
    public const string PdfFileName = "network_architecture.pdf";

    private const double Margin = 30;
    private const double BoxWidth = 216;
    private const double BoxHeight = 90;
    private const double Pitch = 136;
    private const double Indent = 46;
    private const double InnerGap = 84;
    private const double HeadWidth = 118;
    private const double HeadHeight = 46;
    private const double HeadGap = 46;
    private const double LineHeight = 20;

    private const string DownFill = "#dbeafe";
    private const string DownLine = "#3b6fb6";
    private const string BottomFill = "#e9d8fd";
    private const string BottomLine = "#7a4fb5";
    private const string UpFill = "#d5f0e0";
    private const string UpLine = "#2f8f5b";
    private const string HeadFill = "#fde8c8";
    private const string HeadLine = "#c07a1a";
    private const string Grey = "#6b7785";

    /// <summary>Writes the drawing as SVG.</summary>
    public static void Save(string path, NetworkSketch sketch) => Draw(sketch, static (width, height) => new SvgPage(width, height)).Save(path);

    /// <summary>Writes the drawing as PDF.</summary>
    public static void SavePdf(string path, NetworkSketch sketch)
    {
        using PdfPage page = Draw(sketch, static (width, height) => new PdfPage(width, height));
        page.Save(path);
    }

    private static TPage Draw<TPage>(NetworkSketch sketch, Func<double, double, TPage> newPage)
        where TPage : VectorPage
    {
        NetworkOutline outline = sketch.Outline;
        int rows = outline.Down.Count;
        double inner = (2 * (BoxWidth + (Math.Max(0, rows - 2) * Indent))) + InnerGap;
        double headLeft = Margin + inner + HeadGap;
        double top = Margin + 34 + (sketch.Lines.Count * LineHeight) + 62;
        double height = top + ((rows - 1) * Pitch) + BoxHeight + Margin + (2 * LineHeight);
        TPage page = newPage(headLeft + HeadWidth + Margin, height);
        page.Text(Margin, Margin + 16, sketch.Title, 20, bold: true);
        for (int i = 0; i < sketch.Lines.Count; i++) page.Text(Margin, Margin + 42 + (i * LineHeight), sketch.Lines[i], 13, colour: Grey);

        for (int row = 0; row < rows; row++)
        {
            bool bottom = row == rows - 1 && rows > 1;
            double left = bottom ? Margin + ((inner - BoxWidth) / 2) : Margin + (row * Indent);
            double y = top + (row * Pitch);
            OutlineStage stage = outline.Down[row];
            DrawStage(page, sketch, stage, left, y, bottom ? BottomFill : DownFill, bottom ? BottomLine : DownLine);
            if (row == 0) DrawInput(page, sketch, left, y);
            else DrawStep(page, left + (bottom ? 28 : BoxWidth - 70), y, Relative(outline.Down[row - 1].Stride, stage.Stride));
        }

        int last = -1;
        foreach (OutlineStage stage in outline.Up)
        {
            int row = outline.Down.Select(static s => s.Stride).ToList().IndexOf(stage.Stride);
            if (row < 0) continue;

            double left = Margin + inner - BoxWidth - (row * Indent);
            double y = top + (row * Pitch);
            OutlineStage below = last < 0 ? outline.Down[^1] : outline.Up.First(s => s.Stride == outline.Down[last].Stride);
            DrawStage(page, sketch, stage, left, y, UpFill, UpLine);
            DrawRise(page, stage, below, last < 0 ? Margin + ((inner + BoxWidth) / 2) - 28 : left + 24, y, (last < 0 ? rows - 1 : last) - row);
            double middle = y + (BoxHeight / 2);
            if (stage.Skipped > 0)
            {
                double from = Margin + (row * Indent) + BoxWidth;
                page.Arrow(from, middle, left, middle, Grey, dashed: true);
                page.Text((from + left) / 2, middle - 7, Count(stage.Skipped, "feature"), 11, "middle", Grey);
            }

            if (stage.Head is { } head) DrawHead(page, sketch, head, row, outline, left + BoxWidth, headLeft, middle);
            last = row;
        }

        string axes = sketch.Patch.Count == 2 ? "y × x" : "z × y × x";
        page.Text(Margin, height - Margin, $"Sizes, kernels and strides in the order {axes}. Dashed: features that are concatenated on the way up.", 11, colour: Grey);
        return page;
    }

    private static void DrawStage(VectorPage page, NetworkSketch sketch, OutlineStage stage, double left, double top, string fill, string line)
    {
        double middle = left + (BoxWidth / 2);
        page.Box(left, top, BoxWidth, BoxHeight, fill, line);
        page.Text(middle, top + 22, Count(stage.Features, "feature"), 14, "middle", bold: true);
        page.Text(middle, top + 42, $"{Sizes(sketch.Patch, stage.Stride)} voxels", 11, "middle");
        page.Text(middle, top + 59, $"of {Spacing(sketch.Spacing, stage.Stride)} mm", 11, "middle", Grey);
        page.Text(middle, top + 77, string.Join(", ", Kernels(stage.Convolutions)), 11, "middle");
    }

    private static void DrawInput(VectorPage page, NetworkSketch sketch, double left, double top)
    {
        page.Text(left, top - 38, $"image: {Count(sketch.Channels, "channel")}, {string.Join(" × ", sketch.Patch)} voxels", 12);
        page.Arrow(left + (BoxWidth / 2), top - 30, left + (BoxWidth / 2), top, DownLine);
    }

    private static void DrawStep(VectorPage page, double x, double top, int[] stride)
    {
        page.Arrow(x, top - (Pitch - BoxHeight), x, top, DownLine);
        page.Text(x - 10, top - ((Pitch - BoxHeight) / 2) + 4, $"stride {string.Join(" × ", stride)}", 11, "end", DownLine);
    }

    private static void DrawRise(VectorPage page, OutlineStage stage, OutlineStage below, double x, double top, int rows)
    {
        double bottom = top + BoxHeight;
        page.Arrow(x, bottom + (rows * Pitch) - BoxHeight, x, bottom, UpLine);
        string words = stage.Up is { } up
            ? $"transposed {string.Join(" × ", up.Kernel)}, {Count(up.Outputs, "feature")}"
            : $"upsampled {string.Join(" × ", Relative(stage.Stride, below.Stride))}";
        page.Text(x + 10, bottom + ((Pitch - BoxHeight) / 2) + 4, words, 11, "start", UpLine);
    }

    private static void DrawHead(VectorPage page, NetworkSketch sketch, TracedConvolution head, int row, NetworkOutline outline, double from, double left, double middle)
    {
        page.Arrow(from, middle, left, middle, HeadLine);
        page.Box(left, middle - (HeadHeight / 2), HeadWidth, HeadHeight, HeadFill, HeadLine);
        page.Text(left + (HeadWidth / 2), middle - 3, Count(head.Outputs, "class", "classes"), 12, "middle", bold: true);
        int number = outline.Up.Count(s => s.Head is not null && outline.Down.Take(row).Any(d => d.Stride == s.Stride));
        string weight = number >= sketch.HeadWeights.Count ? "output"
            : sketch.HeadWeights[number] == 0 ? "no weight in the loss"
            : string.Create(CultureInfo.InvariantCulture, $"weight {sketch.HeadWeights[number]:0.###} in loss");
        page.Text(left + (HeadWidth / 2), middle + 14, weight, 10, "middle");
    }

    /// <summary>Convolutions as "2 conv 3 × 3 × 3", equal ones that follow each other together.</summary>
    private static List<string> Kernels(IReadOnlyList<TracedConvolution> convolutions)
    {
        List<(ValueArray<int> Kernel, int Count)> runs = [];
        foreach (TracedConvolution convolution in convolutions)
        {
            int at = runs.FindIndex(r => r.Kernel == convolution.Kernel);
            if (at >= 0) runs[at] = (convolution.Kernel, runs[at].Count + 1);
            else runs.Add((convolution.Kernel, 1));
        }

        return [.. runs.Select(static r => $"{r.Count} conv {string.Join(" × ", r.Kernel)}")];
    }

    private static string Sizes(ValueArray<int> patch, ValueArray<int> stride) =>
        string.Join(" × ", patch.Zip(stride, static (n, s) => n / s));

    private static string Spacing(ValueArray<double> spacing, ValueArray<int> stride) =>
        string.Join(" × ", spacing.Zip(stride, static (mm, s) => (mm * s).ToString(mm * s < 10 ? "0.##" : "0.#", CultureInfo.InvariantCulture)));

    private static int[] Relative(ValueArray<int> fine, ValueArray<int> coarse) => [.. coarse.Zip(fine, static (c, f) => c / f)];

    private static string Count(int number, string one, string? many = null) => number == 1 ? $"1 {one}" : $"{number} {many ?? one + "s"}";
}
