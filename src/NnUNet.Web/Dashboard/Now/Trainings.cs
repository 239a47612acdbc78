using System.Collections.Concurrent;
using System.Globalization;
using NnUNet.Core.Running;
using NnUNet.Foundation;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Logs;
using NnUNet.Web.Dashboard.Places;

namespace NnUNet.Web.Dashboard.Now;

/// <summary>The trainings of a workspace and the commands that run on it, as their files tell. Safe for several threads.</summary>
internal sealed class Trainings(WorkspaceFiles files, TimeProvider clock)
{
    /// <summary>Folds of the list at most; older ones are on the page of results.</summary>
    private const int MostListed = 200;

    /// <summary>Epochs by which the time of the next ones is estimated.</summary>
    private const int Recent = 10;

    /// <summary>Notices that are told of a fold.</summary>
    private const int MostNotices = 20;

    private readonly ConcurrentDictionary<string, CourseReader> _readers = new(StringComparer.Ordinal);

    /// <summary>What runs now, and what was trained.</summary>
    public NowAnswer Look()
    {
        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyList<RunNote> notes = RunNotes.In(files.Places.Settings.Results, now);
        TrainingAnswer[] all = [.. files.Places.AllModels().SelectMany(m => m.Folds.Select(f => Look(m, f, notes))).OfType<TrainingAnswer>()];
        return new NowAnswer(
            [.. notes.Select(note => new RunAnswer(note.Command, note.Arguments, note.Host, note.Process, note.Started, note.Output is { } output ? files.Places.Relative(output) ?? output : null, note.Step, EndOf(note)))],
            [.. all.OrderByDescending(static t => t.State == "running").ThenByDescending(static t => t.Changed).ThenBy(static t => t.Id, StringComparer.Ordinal).Take(MostListed)],
            Math.Max(0, all.Length - MostListed));
    }

    /// <summary>The curves of a fold.</summary>
    /// <param name="model">The model.</param>
    /// <param name="fold">The fold.</param>
    public CurvesAnswer Curves(ModelPlace model, FoldPlace fold)
    {
        Course course = CourseOf(fold);
        IReadOnlyList<EpochPoint> epochs = course.Epochs;
        int classes = epochs.Count == 0 ? 0 : epochs.Max(static e => e.DicePerClass.Count);
        return new CurvesAnswer(
            fold.Id,
            ClassNames(model, course, classes),
            [.. epochs.Select(static e => e.Epoch)],
            [.. epochs.Select(static e => e.TrainLoss)],
            [.. epochs.Select(static e => e.ValidationLoss)],
            [.. epochs.Select(static e => e.Dice)],
            [.. Enumerable.Range(0, classes).Select(c => (IReadOnlyList<double>)[.. epochs.Select(e => c < e.DicePerClass.Count ? e.DicePerClass[c] : double.NaN)])],
            [.. epochs.Select(static e => e.Rate)],
            [.. epochs.Select(static e => e.Seconds)],
            [.. epochs.Select(static e => e.Wait)]);
    }

    /// <summary>The last lines of a fold's log.</summary>
    /// <param name="fold">The fold.</param>
    /// <param name="lines">How many.</param>
    public LogAnswer Log(FoldPlace fold, int lines) => LogOf(fold, CourseOf(fold)) is { } log ? new LogAnswer(files.Places.Relative(log), LiveFile.Tail(log, lines)) : new LogAnswer(null, []);

    private TrainingAnswer? Look(ModelPlace model, FoldPlace fold, IReadOnlyList<RunNote> notes)
    {
        string? owner = OwnerOf(fold);
        Course course = CourseOf(fold);
        if (owner is null && course.State == CourseState.None) return null;
        RunNote? note = owner is null ? null : notes.FirstOrDefault(n => owner == string.Create(CultureInfo.InvariantCulture, $"process {n.Process} on {n.Host}"));
        int classes = course.Epochs.Count == 0 ? 0 : course.Epochs[^1].DicePerClass.Count;
        return new TrainingAnswer(
            fold.Id,
            model.Task,
            model.Configuration,
            model.Trainer,
            model.Plans,
            fold.Fold,
            owner is not null ? "running" : course.State switch { CourseState.Done => "done", CourseState.Failed => "failed", CourseState.Stopped => "stopped", _ => "interrupted" },
            course.Reason,
            owner,
            course.Epochs.Count == 0 ? 0 : course.Epochs[^1].Epoch + 1,
            course.Settings?.Epochs ?? 0,
            course.Epochs.Count == 0 ? null : course.Epochs[^1],
            course.BestEpoch,
            course.ValidationDice,
            ClassNames(model, course, classes),
            course.Settings,
            course.Begun,
            course.Last,
            owner is null ? null : note is not null && EndOf(note) is { } end ? end : EndOf(course),
            note?.Step,
            [.. course.Notices.TakeLast(MostNotices)],
            LogOf(fold, course) is { } log ? LengthOf(log) : 0);
    }

    /// <summary>The process that trains a fold, also where its files may only be read; null where none does.</summary>
    private static string? OwnerOf(FoldPlace fold)
    {
        string path = Path.Combine(fold.Folder, FoldLock.FileName);
        if (!File.Exists(path)) return null;
        if (FoldLock.OwnerOf(fold.Folder) is { } owner) return owner;
        try
        {
            // Whoever holds it lets nobody else open it; one that was left by a killed process can be opened.
            using FileStream free = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return null;
        }
        catch (IOException)
        {
            return LiveFile.Tail(path + ".txt", 1) is [{ Length: > 0 } told] ? told : "another process";
        }
    }

    private Course CourseOf(FoldPlace fold)
    {
        CourseReader reader = _readers.GetOrAdd(fold.Folder, static folder => new CourseReader(Path.Combine(folder, TrainingJournal.FileName)));
        lock (reader) return reader.Read();
    }

    private string[] ClassNames(ModelPlace model, Course course, int classes)
    {
        IReadOnlyList<string> regions = course.Settings?.Regions ?? [];
        if (regions.Count == classes && regions.All(static r => r.Length > 0)) return [.. regions];
        int[] labels = [.. files.Description(model.Task).Value?.ForegroundLabels ?? []];
        return labels.Length == classes
            ? [.. labels.Select(label => files.StructureName(model.Task, label.ToString(CultureInfo.InvariantCulture)))]
            : [.. Enumerable.Range(1, classes).Select(static c => string.Create(CultureInfo.InvariantCulture, $"class {c}"))];
    }

    private static string? LogOf(FoldPlace fold, Course course)
    {
        if (course.Log is { } name && name == Path.GetFileName(name) && File.Exists(Path.Combine(fold.Folder, name))) return Path.Combine(fold.Folder, name);
        return VisibleFiles.In(fold.Folder, "training_log_*.txt").MaxBy(File.GetLastWriteTimeUtc);
    }

    private static long LengthOf(string file)
    {
        FileInfo info = new(file);
        return info.Exists ? info.Length : 0;
    }

    private static DateTimeOffset? EndOf(RunNote note) => note.Step.Remaining is { } seconds and >= 0 and < 1e9 ? note.Updated + TimeSpan.FromSeconds(Math.Round(seconds)) : null;

    /// <summary>The time of the last epoch and, for those that are left, what recent ones took half-way.</summary>
    private static DateTimeOffset? EndOf(Course course)
    {
        if (course.Settings is not { Epochs: > 0 } settings || course.Epochs.Count == 0 || course.Last is not { } last) return null;
        double[] seconds = [.. course.Epochs.TakeLast(Recent).Select(static e => e.Seconds).Where(double.IsFinite)];
        int left = settings.Epochs - course.Epochs[^1].Epoch - 1;
        double rest = seconds.Length == 0 ? double.NaN : left * Quantiles.Median(seconds);
        return left <= 0 || rest is not (>= 0 and < 1e9) ? null : (course.Epochs[^1].Time ?? last) + TimeSpan.FromSeconds(Math.Round(rest));
    }
}
