using System.Globalization;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Pictures.Drawing;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Logs;
using SkiaSharp;

namespace NnUNet.Pictures.Training;

/// <summary>The curves of a training as a picture: <c>progress.png</c>.</summary>
/// <remarks>
/// From above: the Dice of the validation patches by class, their mean and its moving average; the losses; the learning rate; what
/// an epoch takes. Names stand beside the frames, with the last values. Colours and letters are those of the evaluation report.
/// Source: network_trainer.py, plot_progress, which draws losses and mean Dice into one frame.
/// </remarks>
internal static class ProgressPlot
{
    /// <summary>The file's name in the fold's folder.</summary>
    public const string FileName = TrainingHistory.PictureFileName;

    /// <summary>The colour of the page.</summary>
    public static readonly SKColor Page = new(0xfb, 0xfb, 0xfa);

    /// <summary>The colour of titles, names and means.</summary>
    public static readonly SKColor Ink = new(0x1c, 0x1e, 0x21);

    /// <summary>The colour of numbers and of what is beside the point.</summary>
    public static readonly SKColor Soft = new(0x5d, 0x61, 0x68);

    private const int Width = 1500;
    private const int Margin = 36;
    private const int Heading = 112;
    private const float TitleSize = 30;
    private const float SubtitleSize = 19;
    private static readonly int[] Heights = [640, 360, 250, 250];

    private static readonly SKColor Blue = new(0x24, 0x57, 0xc5), Red = new(0xc2, 0x41, 0x0c);

    /// <summary>Draws the curves of all complete epochs.</summary>
    /// <param name="folder">The fold's folder.</param>
    /// <param name="epochs">The epochs, at least one.</param>
    /// <param name="settings">What is trained; null where it is not known.</param>
    /// <param name="classes">What <see cref="EpochRecord.DicePerClass"/> is of; those that are missing are called by their numbers.</param>
    public static void Save(string folder, ValueArray<EpochRecord> epochs, TrainingSettings? settings = null, ValueArray<LabelName> classes = default)
    {
        using PicturePage page = new(Width, Heading + Heights.Sum() + Margin, Page);
        page.Text(Title(settings), Margin, 54, TitleSize, Ink, Width - (2 * Margin));
        page.Text(Subtitle(epochs.Count, settings), Margin, 84, SubtitleSize, Soft, Width - (2 * Margin));
        float top = Heading;
        foreach ((CurvePanel panel, int height) in Panels(epochs, classes).Zip(Heights))
        {
            PanelPicture.Draw(page, panel, SKRect.Create(Margin, top, Width - (2 * Margin), height));
            top += height;
        }

        byte[] png = page.Png();
        AtomicFile.Write(Path.Combine(folder, FileName), stream => stream.Write(png));
    }

    /// <summary>The panels from above.</summary>
    internal static IReadOnlyList<CurvePanel> Panels(ValueArray<EpochRecord> epochs, ValueArray<LabelName> classes) =>
    [
        ClassCurves.Of(epochs, classes),
        new("Loss", [new Curve("training", [.. epochs.Select(static e => e.TrainingLoss)], Blue), new Curve("validation", [.. epochs.Select(static e => e.ValidationLoss)], Red)]),
        new("Learning rate", [new Curve("learning rate", [.. epochs.Select(static e => e.Rate)], Blue)])
        {
            Range = (0, 1.08 * Math.Max(epochs.Max(static e => e.Rate), 1e-12)),
            Text = static rate => rate.ToString("0.#####", CultureInfo.InvariantCulture),
        },
        new(
            "Seconds per epoch",
            [new Curve("all", [.. epochs.Select(static e => e.Seconds)], Blue), new Curve("waiting for data", [.. epochs.Select(static e => e.Seconds * e.WaitShare)], Red)])
        {
            Range = (0, 1.15 * Typical([.. epochs.Select(static e => e.Seconds)])),
            Text = static seconds => seconds.ToString(seconds < 100 ? "0.0" : "0", CultureInfo.InvariantCulture),
        },
    ];

    /// <summary>What is trained, in one line.</summary>
    internal static string Title(TrainingSettings? settings) =>
        settings is null ? "Training" : $"{settings.Task}, {settings.Configuration}, {(settings.Fold == "all" ? "all cases" : $"fold {settings.Fold}")}";

    /// <summary>How far it is, and by which trainer and plans.</summary>
    internal static string Subtitle(int epochs, TrainingSettings? settings)
    {
        string count = settings is null ? epochs.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{epochs} of {settings.Epochs}");
        string words = $"{count} epoch{(epochs == 1 && (settings?.Epochs ?? 1) == 1 ? "" : "s")}";
        return settings is null ? words : $"{words} · {settings.Trainer} · {settings.Plans}";
    }

    /// <summary>The largest value but for a few: an epoch during which the machine slept must not flatten all others.</summary>
    private static double Typical(double[] values)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()]; // of epochs of other programs the time is not known
        if (sorted.Length == 0) return 1;

        double most = sorted[^1], usual = sorted[(int)(0.98 * (sorted.Length - 1))];
        return most > 4 * usual && usual > 0 ? 1.5 * usual : most > 0 ? most : 1;
    }
}
