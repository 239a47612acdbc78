using System.Globalization;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Logs;

/// <summary>What the runs of a training have written so far: rows of the journal, points of TensorBoard, lines of the logs and the picture of the curves.</summary>
internal static class TrainingHistory
{
    /// <summary>The name of the picture of the curves.</summary>
    public const string PictureFileName = "progress.png";

    private const string EpochMark = ": epoch: ";

    /// <summary>Removes what an earlier training wrote; its text logs stay.</summary>
    public static void RemoveAll(string folder)
    {
        File.Delete(Path.Combine(folder, TrainingJournal.FileName));
        File.Delete(Path.Combine(folder, PictureFileName));
        TensorBoardLog.RemoveAll(folder);
    }

    /// <summary>Cuts everything back to the checkpoint from which a training goes on, so that no epoch is recorded twice.</summary>
    public static void CutBack(string folder, TrainingState state)
    {
        foreach (string log in TrainingJournal.CutBack(folder, state)) CutLog(Path.Combine(folder, Path.GetFileName(log)), state.Epoch);
        TensorBoardLog.CutBack(folder, state.Epoch);
        if (state.Curves.Count == 0) File.Delete(Path.Combine(folder, PictureFileName));
    }

    /// <summary>Cuts a log for people where an epoch begins that is trained again.</summary>
    private static void CutLog(string path, int epoch)
    {
        if (!File.Exists(path)) return;

        string[] lines = InputFile.ReadLines(path);
        int cut = Array.FindIndex(lines, line => EpochOf(line) >= epoch);
        if (cut >= 0) AtomicFile.WriteText(path, string.Concat(lines.Take(cut).Select(static line => line + "\n")));
    }

    /// <summary>The epoch that a line begins; -1 for any other line.</summary>
    private static int EpochOf(string line)
    {
        int mark = line.IndexOf(EpochMark, StringComparison.Ordinal);
        return mark >= 0 && int.TryParse(line.AsSpan(mark + EpochMark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int epoch) ? epoch : -1;
    }
}
