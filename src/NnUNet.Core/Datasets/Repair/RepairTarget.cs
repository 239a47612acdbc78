using System.Globalization;
using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>What a copy is a copy of: <c>repair/copy_of.json</c>, which is there before anything else.</summary>
internal sealed record CopyOrigin
{
    /// <summary>The task's full name.</summary>
    [JsonPropertyName("task")]
    public required string Task { get; init; }
}

/// <summary>Finds the task that gets the copy.</summary>
internal static class RepairTarget
{
    private const string OriginFile = "copy_of.json";
    private const int FirstOwn = 100;
    private const string Option = "-o";

    /// <summary>The full name of the task that gets the copy.</summary>
    /// <param name="workspace">Where the tasks lie.</param>
    /// <param name="task">The task's full name.</param>
    /// <param name="to">The number or name that is asked for; null for an earlier copy, else the next free number.</param>
    /// <exception cref="DatasetException">Another task has the number or the name.</exception>
    public static string Choose(Workspace workspace, string task, string? to)
    {
        string name = task[(task.IndexOf('_', StringComparison.Ordinal) + 1)..];
        string copy = to is null ? EarlierCopy(workspace, task) ?? Free(workspace, task, name)
            : int.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? TaskNumber.FaultIn(id, Option) is { } fault ? throw new DatasetException(task, [fault]) : Workspace.TaskName(id, name)
            : to;
        Workspace.TaskId(copy); // refuses what is no name of a task
        if (copy == task) throw Refusal(task, $"{Option} {to}", "the copy would lie over the task");
        TaskNumber.RefuseSecondName(copy, workspace, Option);
        string folder = workspace.RawTask(copy);
        if (OriginOf(folder) is { } origin)
        {
            if (origin != task) throw Refusal(task, folder, $"this is a copy of {origin}");
        }
        else if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw Refusal(task, folder, "the folder is there, and no repair has made it");
        }

        return copy;
    }

    /// <summary>Notes what a copy is a copy of.</summary>
    public static void NoteOrigin(string folder, string task) => ProductJson.Write(OriginPath(folder), new CopyOrigin { Task = task });

    private static DatasetException Refusal(string task, string where, string what) => new(task, [new DatasetFault(where, what, $"choose another number with {Option}")]);

    private static string? EarlierCopy(Workspace workspace, string task) =>
        workspace.Tasks().FirstOrDefault(t => OriginOf(workspace.RawTask(t)) == task);

    private static string Free(Workspace workspace, string task, string name)
    {
        HashSet<int> taken = [.. workspace.Tasks().Select(Workspace.TaskId)];
        int first = Math.Max(FirstOwn, Workspace.TaskId(task) + 1);
        int free = Enumerable.Range(first, Math.Max(0, TaskNumber.Most + 1 - first)).FirstOrDefault(id => !taken.Contains(id), -1);
        return free >= 0 ? Workspace.TaskName(free, name) : throw Refusal(task, "the next free number", $"none is free from {first} to {TaskNumber.Most}");
    }

    /// <summary>The task that a folder is a copy of; null where nobody knows what the folder is, and it is refused.</summary>
    private static string? OriginOf(string folder) => ProductJson.ReadOrNull<CopyOrigin>(OriginPath(folder))?.Task;

    private static string OriginPath(string folder) => Path.Combine(folder, RepairReport.FolderName, OriginFile);
}
