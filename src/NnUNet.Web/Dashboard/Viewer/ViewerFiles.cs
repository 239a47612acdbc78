using System.Collections.Concurrent;
using NnUNet.Core;
using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Dashboard.Viewer;

/// <summary>Finds the images, references and predictions of a workspace, of both generations. Nothing outside its three folders is found by what a caller says.</summary>
/// <remarks>What was listed is believed for some seconds: a slider asks for many slices of one case.</remarks>
internal sealed class ViewerFiles
{
    private const long BelievedMilliseconds = 4000;
    private const int DepthOfModels = 3;
    private const int DepthOfPredictions = 4;

    // Copies of references, what the next stage gets, and what was replaced are no predictions to look at.
    private static readonly string[] NoPredictions = [ReferenceSegmentations.ModelFolder, "pred_next_stage", EarlierFolder, ResultRecords.FolderName];
    private const string EarlierFolder = "replaced";

    private readonly Workspace _workspace;
    private readonly Version2Workspace _version2;
    private readonly string[] _roots;
    private readonly ConcurrentDictionary<string, (long Time, ViewerTask Task)> _listed = new(StringComparer.Ordinal);

    /// <summary>Looks into a workspace.</summary>
    public ViewerFiles(DashboardSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        WorkspaceOptions options = new() { Raw = settings.Raw, Preprocessed = settings.Preprocessed, Results = settings.Results };
        (_workspace, _version2) = (Workspace.Resolve(options), Version2Workspace.Resolve(options));
        _roots = [_workspace.Results, _workspace.Raw, _workspace.Preprocessed];
    }

    /// <summary>The names of all tasks and data sets of which there are raw images.</summary>
    public IReadOnlyList<string> Tasks() => [.. _workspace.Tasks().Concat(_version2.Datasets()).Where(t => Directory.Exists(RawFolder(t)))];

    /// <summary>A task's cases and predictions.</summary>
    /// <exception cref="DescribedException">There is no such task, or its <c>dataset.json</c> cannot be read.</exception>
    public ViewerTask Open(string task)
    {
        long now = Environment.TickCount64;
        if (_listed.TryGetValue(task, out (long Time, ViewerTask Task) known) && now - known.Time < BelievedMilliseconds) return known.Task;
        if (!Tasks().Contains(task, StringComparer.Ordinal)) throw new DescribedException("task", "there are no raw images of a task of this name", "choose one of the list");

        ViewerTask found = List(task);
        _listed[task] = (now, found);
        return found;
    }

    /// <summary>A case's files.</summary>
    /// <exception cref="DescribedException">There is no such case.</exception>
    public ViewerCase Case(string task, string caseId) => Open(task).Cases.TryGetValue(caseId, out ViewerCase? found)
        ? found
        : throw new DescribedException(task, "there is no case of this name", "choose one of the list");

    /// <summary>The image of a channel.</summary>
    /// <exception cref="DescribedException">There is no such case or channel, or its file is missing.</exception>
    public ImageLocation Image(string task, string caseId, int channel)
    {
        ViewerCase files = Case(task, caseId);
        string path = channel >= 0 && channel < files.Channels.Count
            ? files.Channels[channel]
            : throw new DescribedException(caseId, $"there is no channel {channel}", files.Channels.Count == 1 ? "the only one is 0" : $"give one of 0 to {files.Channels.Count - 1}");
        return There(path);
    }

    /// <summary>The reference segmentation; null where there is none.</summary>
    public ImageLocation? Reference(string task, string caseId) => Case(task, caseId).Reference is { } path ? There(path) : null;

    /// <summary>A prediction.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="relative">The folder's path below the folder of results (or of raw or preprocessed data), or that of the image itself.</param>
    /// <exception cref="DescribedException">The path leads elsewhere, or there is no segmentation of the case.</exception>
    public ImageLocation Prediction(string caseId, string relative)
    {
        string[] parts = relative.Split('/', '\\');
        bool isInside = relative.Length > 0 && !Path.IsPathRooted(relative) && !relative.Contains('\0', StringComparison.Ordinal) && !parts.Contains("..", StringComparer.Ordinal) && !relative.Contains(':', StringComparison.Ordinal);
        if (!isInside) throw new DescribedException("prediction", "its path leads out of the workspace", "give a path below the folder of results");

        foreach (string root in _roots)
        {
            string path = Path.GetFullPath(Path.Join(root, relative));
            if (!path.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal)) continue;
            if (ImageLocation.Of(path) is { Exists: true } image) return image;
            if (Directory.Exists(path) && ImageFolder.Of(path).All(caseId) is [{ } first, ..]) return first;
        }

        throw new DescribedException(caseId, "there is no such prediction of it", "choose one of the list");
    }

    private static ImageLocation There(string path) => ImageLocation.Of(path) is { Exists: true } found ? found : throw new DescribedException(path, "the file is missing", "add it, or remove the case from dataset.json");

    private string RawFolder(string task) => Version2Workspace.IsDatasetName(task) ? _version2.RawDataset(task) : _workspace.RawTask(task);

    private ViewerTask List(string task)
    {
        string folder = RawFolder(task);
        DatasetDescription description = DatasetDescription.Read(Path.Combine(folder, DatasetDescription.FileName));
        ImageFolder testLabels = ImageFolder.Of(Path.Combine(folder, "labelsTs"));
        Dictionary<string, ViewerCase> cases = new(StringComparer.Ordinal);
        foreach (CaseFiles files in DatasetFolder.TrainingCases(folder, description)) cases.TryAdd(files.CaseId, new ViewerCase(files.CaseId, false, files.Channels, files.Label));
        foreach (CaseFiles files in DatasetFolder.TestCases(folder, description)) cases.TryAdd(files.CaseId, new ViewerCase(files.CaseId, true, files.Channels, testLabels.All(files.CaseId) is [{ } label, ..] ? label.Path : null));

        List<ViewerPrediction> predictions = [];
        foreach (string place in ModelPlaces(task)) Walk(place, DepthOfModels, task, cases, predictions, needsRecords: false);
        string[] own = [_workspace.Models, .. _version2.Datasets().Select(d => Path.Combine(_workspace.Results, d))];
        foreach (string place in VisibleFiles.FoldersIn(_workspace.Results).Except(own, StringComparer.Ordinal)) Walk(place, DepthOfPredictions, task, cases, predictions, needsRecords: true);
        return new ViewerTask { Name = task, Description = description, Cases = cases, Predictions = predictions };
    }

    /// <summary>The folders of a task's models and ensembles.</summary>
    private IEnumerable<string> ModelPlaces(string task) => Version2Workspace.IsDatasetName(task)
        ? [Path.Combine(_version2.Results, task)]
        : VisibleFiles.FoldersIn(_workspace.Models).Select(configuration => Path.Combine(configuration, task)).Where(Directory.Exists);

    private void Walk(string folder, int depth, string task, Dictionary<string, ViewerCase> cases, List<ViewerPrediction> found, bool needsRecords)
    {
        if (NoPredictions.Contains(Path.GetFileName(folder), StringComparer.Ordinal)) return;
        if (!needsRecords || Directory.Exists(Path.Combine(folder, ResultRecords.FolderName)))
        {
            string[] there = [.. ImageFolder.Of(folder).Images.Select(static i => i.Name).Where(cases.ContainsKey).Distinct(StringComparer.Ordinal)];
            if (there.Length > 0) found.Add(Described(folder, task, there));
        }

        if (depth == 0) return;
        foreach (string below in VisibleFiles.FoldersIn(folder)) Walk(below, depth - 1, task, cases, found, needsRecords);
    }

    private ViewerPrediction Described(string folder, string task, string[] cases)
    {
        string relative = Path.GetRelativePath(_workspace.Results, folder).Replace('\\', '/');
        string[] parts = [.. relative.Split('/').Where(part => part != task && part != Path.GetFileName(_workspace.Models))];
        return new ViewerPrediction(relative, string.Join(" / ", parts), cases);
    }
}
