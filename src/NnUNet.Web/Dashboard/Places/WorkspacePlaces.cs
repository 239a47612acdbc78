using NnUNet.Core;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Dashboard.Places;

/// <summary>What lies in the three folders: tasks and models of both generations, listed anew every few seconds. Safe for several threads.</summary>
/// <remarks>
/// Callers of the page name things by words of these lists only, so that no word of theirs becomes a path. Links within the folders are
/// followed: people keep their data on other drives.
/// </remarks>
internal sealed class WorkspacePlaces(DashboardSettings settings, TimeProvider clock)
{
    private const string RawTasks = "nnUNet_raw_data";
    private const string Models = "nnUNet";
    private const string Separator = "__";

    /// <summary>A list is this old at most.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private IReadOnlyList<ModelPlace> _models = [];
    private IReadOnlyList<string> _tasks = [];
    private long? _listed;

    /// <summary>The workspace.</summary>
    public DashboardSettings Settings => settings;

    /// <summary>The models in the order of task, configuration, trainer and plans.</summary>
    public IReadOnlyList<ModelPlace> AllModels()
    {
        ListIfDue();
        return _models;
    }

    /// <summary>The tasks of version 1 and the data sets of version 2, in ordinal order.</summary>
    public IReadOnlyList<string> Tasks()
    {
        ListIfDue();
        return _tasks;
    }

    /// <summary>The model of an identifier; null where there is none.</summary>
    public ModelPlace? FindModel(string? id) => AllModels().FirstOrDefault(m => m.Id == id);

    /// <summary>The model and fold of a fold's identifier; null where there is none.</summary>
    public (ModelPlace Model, FoldPlace Fold)? FindFold(string? id) =>
        AllModels().SelectMany(static m => m.Folds.Select(f => ((ModelPlace, FoldPlace)?)(m, f))).FirstOrDefault(f => f!.Value.Item2.Id == id);

    /// <summary>The raw task's folder: of the task's generation.</summary>
    public string RawFolder(string task) => IsVersion2(task) ? Path.Combine(settings.Raw, task) : Path.Combine(settings.Raw, RawTasks, task);

    /// <summary>The preprocessed task's folder.</summary>
    public string PreprocessedFolder(string task) => Path.Combine(settings.Preprocessed, task);

    /// <summary>The folder of what was compared and chosen.</summary>
    public string EnsemblesFolder(string task) => Path.Combine(settings.Results, Models, Workspace.EnsemblesFolderName, task);

    /// <summary>Whether a name is one of a data set of version 2.</summary>
    public static bool IsVersion2(string task) => Version2Workspace.IsDatasetName(task);

    /// <summary>A file's path below one of the three folders, for messages and links; null where it lies in none of them.</summary>
    public string? Relative(string path)
    {
        string full = Path.GetFullPath(path);
        foreach (string root in (string[])[settings.Results, settings.Preprocessed, settings.Raw])
        {
            string relative = Path.GetRelativePath(root, full);
            if (relative != ".." && !relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !Path.IsPathRooted(relative)) return relative.Replace('\\', '/');
        }

        return null;
    }

    private void ListIfDue()
    {
        lock (_gate)
        {
            if (_listed is { } at && clock.GetElapsedTime(at) < Freshness) return;
            _models = [.. Version1().Concat(Version2()).OrderBy(static m => m.Task, StringComparer.Ordinal).ThenBy(static m => m.Id, StringComparer.Ordinal)];
            _tasks =
            [
                .. Folders(Path.Combine(settings.Raw, RawTasks)).Concat(Folders(settings.Raw)).Concat(Folders(settings.Preprocessed)).Select(static f => Path.GetFileName(f)!)
                    .Concat(_models.Select(static m => m.Task)).Where(IsTask).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            ];
            _listed = clock.GetTimestamp();
        }
    }

    private IEnumerable<ModelPlace> Version1() =>
        from configuration in Folders(Path.Combine(settings.Results, Models))
        where Path.GetFileName(configuration) != Workspace.EnsemblesFolderName
        from task in Folders(configuration)
        where IsTask(Path.GetFileName(task))
        from model in Folders(task)
        let name = Path.GetFileName(model)
        let cut = name.IndexOf(Separator, StringComparison.Ordinal)
        where cut > 0
        select Place(1, Path.GetFileName(task), Path.GetFileName(configuration), name[..cut], name[(cut + Separator.Length)..], model);

    private IEnumerable<ModelPlace> Version2() =>
        from dataset in Folders(settings.Results)
        where IsVersion2(Path.GetFileName(dataset))
        from model in Folders(dataset)
        let parts = Path.GetFileName(model).Split(Separator)
        where parts.Length == 3
        select Place(2, Path.GetFileName(dataset), parts[2], parts[0], parts[1], model);

    private ModelPlace Place(int version, string task, string configuration, string trainer, string plans, string folder)
    {
        string id = Path.GetRelativePath(settings.Results, folder).Replace('\\', '/');
        FoldPlace[] folds =
        [
            .. Folders(folder).Select(f => (Folder: f, Name: Path.GetFileName(f)))
                .Select(f => f.Name == Folds.All || f.Name == ModelFolder.FoldPrefix + Folds.All ? (f.Folder, f.Name, Fold: Folds.All)
                    : f.Name.StartsWith(ModelFolder.FoldPrefix, StringComparison.Ordinal) ? (f.Folder, f.Name, Fold: f.Name[ModelFolder.FoldPrefix.Length..])
                    : (f.Folder, f.Name, Fold: ""))
                .Where(static f => f.Fold == Folds.All || (f.Fold.Length is > 0 and < 10 && f.Fold.All(char.IsAsciiDigit)))
                .Select(f => new FoldPlace($"{id}/{f.Name}", f.Fold, f.Folder)),
        ];
        return new ModelPlace(id, version, task, configuration, trainer, plans, folder, folds);
    }

    private static bool IsTask(string? name) => name is not null && (IsVersion2(name) || (name.StartsWith("Task", StringComparison.Ordinal) && name.Length > 8 && name.AsSpan(4, 3).IndexOfAnyExceptInRange('0', '9') < 0 && name.Contains('_', StringComparison.Ordinal)));

    private static IReadOnlyList<string> Folders(string folder)
    {
        try
        {
            return VisibleFiles.FoldersIn(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // removed meanwhile, or not for this user
        }
    }
}
