using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Machine;
using NnUNet.Torch.Training;

namespace NnUNet.Cli.Texts;

/// <summary>The lines that show a training: as much as fits into the columns, the least important parts left out first.</summary>
internal static class TrainingLines
{
    /// <summary>With more classes than these only the lowest score is shown.</summary>
    private const int ClassesShown = 8;

    /// <summary>Share of waiting from which on it is shown in narrow lines too.</summary>
    private const double LargeWait = 0.1;

    private const int BarLength = 12;

    /// <summary>How far an epoch is.</summary>
    /// <param name="progress">A state of training or validation.</param>
    /// <param name="columns">Columns of the terminal; null for a log.</param>
    /// <param name="now">The local time.</param>
    public static string Running(TrainingProgress progress, int? columns, DateTimeOffset now)
    {
        string kind = progress.Phase == TrainingPhase.Validating ? "validation" : "iteration";
        List<LinePiece> pieces =
        [
            new(0, progress.Phase == TrainingPhase.FindingLearningRate ? "finding the rate" : Epoch(progress, columns)),
            new(0, Text($"{kind} {progress.Done}/{progress.Total}")),
            new(1, Text($"loss {progress.Loss:0.000}")),
        ];
        if (columns is not null) pieces.Insert(2, new LinePiece(7, Bar(progress)));
        if (progress.Rate > 0) pieces.Add(new LinePiece(5, Text($"rate {progress.Rate:G3}")));
        if (progress.SecondsPerIteration > 0) pieces.Add(new LinePiece(2, Each(progress.SecondsPerIteration)));
        pieces.Add(Waited(progress.WaitShare));
        if (End(progress, now) is { } end) pieces.Add(end);
        return FittedLine.Of(pieces, columns);
    }

    /// <summary>What an epoch gave.</summary>
    /// <param name="progress">The state with the epoch's record.</param>
    /// <param name="columns">Columns of the terminal; null for a log.</param>
    /// <param name="now">The local time.</param>
    public static string Done(TrainingProgress progress, int? columns, DateTimeOffset now)
    {
        EpochRecord record = progress.Record!;
        string losses = Text($"loss {record.TrainingLoss:0.000}, val {record.ValidationLoss:0.000}");
        string[] dice = DiceFullFirst(record);
        foreach (string words in dice)
        {
            List<LinePiece> pieces = [new(0, Epoch(progress, columns)), new(0, losses), new(1, words), new(5, Text($"rate {record.Rate:G3}"))];
            pieces.Add(new LinePiece(2, Sizes.Text(TimeSpan.FromSeconds(record.Seconds))));
            pieces.Add(Waited(record.WaitShare));
            if (progress.Remaining > TimeSpan.Zero && End(progress, now) is { } end) pieces.Add(end);
            if (progress.Best) pieces.Add(new LinePiece(6, "best so far"));
            string line = FittedLine.Of(pieces, columns);
            bool diceFits = line.Contains(words, StringComparison.Ordinal);
            if (diceFits || words == dice[^1]) return line;
        }

        return losses;
    }

    private static string[] DiceFullFirst(EpochRecord record)
    {
        double[] classes = [.. record.DicePerClass];
        string mean = Text($"Dice {record.Dice:0.000}");
        if (classes.Length < 2) return [mean];

        double lowest = classes.Where(static d => !double.IsNaN(d)).DefaultIfEmpty(double.NaN).Min();
        string brief = Text($"{mean} (class {Array.IndexOf(classes, lowest) + 1} {lowest:0.000})");
        string each = string.Join(' ', classes.Select(static d => double.IsNaN(d) ? "-" : Text($"{d:0.000}")));
        return classes.Length <= ClassesShown ? [$"{mean} ({each})", brief, mean] : [brief, mean];
    }

    private static string Epoch(TrainingProgress progress, int? columns)
    {
        string all = Text($"{progress.Epochs}");
        string number = Text($"{progress.Epoch + 1}");
        return $"epoch {(columns is null ? number : number.PadLeft(all.Length))}/{all}";
    }

    private static string Each(double seconds) => seconds < 0.1 ? Text($"{1000 * seconds:0} ms each") : Text($"{seconds:0.00} s each");

    private static LinePiece Waited(double share) => new(share > LargeWait ? 1 : 4, Text($"waited {share:0%}"));

    private static LinePiece? End(TrainingProgress progress, DateTimeOffset now) =>
        progress.Remaining is { } left && left < TimeSpan.FromDays(3650) ? new LinePiece(3, "ends " + ProgressText.TimeOfDay(now + left, now)) : null;

    private static string Bar(TrainingProgress progress) =>
        ProgressText.Bar(progress.Total == 0 ? 0 : (int)((long)BarLength * progress.Done / progress.Total), BarLength);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
