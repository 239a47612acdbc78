using System.Globalization;
using System.Text.RegularExpressions;
using NnUNet.Foundation;

namespace NnUNet.Core;

/// <summary>What the command line says about folders; each may be absent.</summary>
public sealed record WorkspaceOptions
{
    /// <summary>Folder of the raw data (<c>--raw</c>), the original's <c>nnUNet_raw_data_base</c>.</summary>
    public string? Raw { get; init; }

    /// <summary>Folder of the preprocessed data (<c>--preprocessed</c>).</summary>
    public string? Preprocessed { get; init; }

    /// <summary>Folder of the models (<c>--results</c>).</summary>
    public string? Results { get; init; }

    /// <summary>One folder with <c>raw</c>, <c>preprocessed</c> and <c>results</c> in it (<c>--workspace</c>).</summary>
    public string? Directory { get; init; }
}

/// <summary>One of the three folders and why it is that one.</summary>
/// <param name="Name">raw, preprocessed or results.</param>
/// <param name="Path">The full path; need not exist.</param>
/// <param name="Source">Where it came from: an option, a variable or the default.</param>
public sealed record WorkspaceFolder(string Name, string Path, string Source);

/// <summary>A task that is named wrongly, is unknown or is ambiguous.</summary>
public sealed class WorkspaceException(string where, string what, string remedy) : DescribedException(where, what, remedy);

/// <summary>The three folders in which everything lies: raw data, preprocessed data, models.</summary>
/// <remarks>
/// An option beats <c>--workspace</c>, which beats the variables <c>nnUNet_raw_data_base</c>, <c>nnUNet_preprocessed</c> and
/// <c>RESULTS_FOLDER</c>; what none of them says lies in <c>./nnunet-workspace</c>. This is the only class that reads
/// environment variables. Source: nnunet/paths.py, nnunet/utilities/task_name_id_conversion.py.
/// </remarks>
public sealed partial class Workspace
{
    /// <summary>The folder of the ensembles among those of the configurations.</summary>
    public const string EnsemblesFolderName = "ensembles";

    /// <summary>The folder that is taken when nothing is set.</summary>
    public const string DefaultDirectory = "nnunet-workspace";

    /// <summary>The variable of the raw data.</summary>
    internal const string RawVariable = "nnUNet_raw_data_base";

    /// <summary>The variable of the preprocessed data, which both generations have.</summary>
    internal const string PreprocessedVariable = "nnUNet_preprocessed";

    /// <summary>The variable of the models.</summary>
    internal const string ResultsVariable = "RESULTS_FOLDER";

    private readonly WorkspaceFolder _raw;
    private readonly WorkspaceFolder _preprocessed;
    private readonly WorkspaceFolder _results;

    private Workspace(WorkspaceFolder raw, WorkspaceFolder preprocessed, WorkspaceFolder results)
    {
        _raw = raw;
        _preprocessed = preprocessed;
        _results = results;
    }

    /// <summary>The folder of the raw data; the tasks lie in its <c>nnUNet_raw_data</c>.</summary>
    public string Raw => _raw.Path;

    /// <summary>The folder of the preprocessed tasks.</summary>
    public string Preprocessed => _preprocessed.Path;

    /// <summary>The folder of the models; they lie in its <c>nnUNet</c>.</summary>
    public string Results => _results.Path;

    /// <summary>The three folders with where each came from.</summary>
    public IReadOnlyList<WorkspaceFolder> Folders => [_raw, _preprocessed, _results];

    /// <summary>The folder of all raw tasks.</summary>
    public string RawTasks => Path.Combine(Raw, "nnUNet_raw_data");

    /// <summary>The folder in which each configuration has a folder of models.</summary>
    public string Models => Path.Combine(Results, "nnUNet");

    /// <summary>The folders that options, variables and defaults give.</summary>
    public static Workspace Resolve(WorkspaceOptions? options = null) => Resolve(options ?? new WorkspaceOptions(), EnvironmentSettings.Variable);

    internal static Workspace Resolve(WorkspaceOptions options, Func<string, string?> variable) => new(
        Folder("raw", options.Raw, options, variable, RawVariable),
        Folder("preprocessed", options.Preprocessed, options, variable, PreprocessedVariable),
        Folder("results", options.Results, options, variable, ResultsVariable));

    /// <summary>One of the three folders: of its option, of <c>--workspace</c>, of the first variable that is set, or the default.</summary>
    /// <param name="name">raw, preprocessed or results.</param>
    /// <param name="option">The folder's own option.</param>
    /// <param name="options">All options.</param>
    /// <param name="variable">The value of an environment variable.</param>
    /// <param name="variableNames">The variables that name it, the first that is set counts.</param>
    internal static WorkspaceFolder Folder(string name, string? option, WorkspaceOptions options, Func<string, string?> variable, params ReadOnlySpan<string> variableNames)
    {
        if (!string.IsNullOrWhiteSpace(option)) return new WorkspaceFolder(name, Path.GetFullPath(option), $"option --{name}");
        if (!string.IsNullOrWhiteSpace(options.Directory))
        {
            return new WorkspaceFolder(name, Path.GetFullPath(Path.Combine(options.Directory, name)), "option --workspace");
        }

        foreach (string variableName in variableNames)
        {
            if (variable(variableName) is { } set && !string.IsNullOrWhiteSpace(set)) return new WorkspaceFolder(name, Path.GetFullPath(set), $"variable {variableName}");
        }

        return new WorkspaceFolder(name, Path.GetFullPath(Path.Combine(DefaultDirectory, name)), $"default ({variableNames[0]} is not set)");
    }

    /// <summary>The folder of a raw task: <c>RAW/nnUNet_raw_data/TaskXXX_NAME</c>.</summary>
    public string RawTask(string task) => Path.Combine(RawTasks, task);

    /// <summary>The folder of a preprocessed task: <c>PREPROCESSED/TaskXXX_NAME</c>.</summary>
    public string PreprocessedTask(string task) => Path.Combine(Preprocessed, task);

    /// <summary>The folder of a model: <c>RESULTS/nnUNet/CONFIGURATION/TASK/TRAINER__PLANS</c>.</summary>
    public string ModelFolder(string configuration, string task, string trainer, string plans) =>
        Path.Combine(Models, configuration, task, $"{trainer}__{plans}");

    /// <summary>The folder of a task's ensembles: <c>RESULTS/nnUNet/ensembles/TASK</c>.</summary>
    public string EnsemblesFolder(string task) => Path.Combine(Models, EnsemblesFolderName, task);

    /// <summary>The name of a task with a number: <c>Task004_Hippocampus</c>.</summary>
    public static string TaskName(int id, string name) => string.Create(CultureInfo.InvariantCulture, $"Task{id:000}_{name}");

    /// <summary>The number in a task's name: 4 of <c>Task004_Hippocampus</c>.</summary>
    /// <exception cref="WorkspaceException">The name has no number.</exception>
    public static int TaskId(string task) => TaskPattern().Match(task) is { Success: true } match
        ? int.Parse(match.Groups["id"].ValueSpan, CultureInfo.InvariantCulture)
        : throw new WorkspaceException(task, "this is not a task's name", "name it TaskXXX_NAME, such as Task004_Hippocampus");

    /// <summary>The full names of all tasks of which there are raw data, preprocessed data or models, in ordinal order.</summary>
    public IReadOnlyList<string> Tasks()
    {
        SortedSet<string> tasks = new(StringComparer.Ordinal);
        foreach (string folder in Subfolders(Models).Append(RawTasks).Append(Preprocessed))
        {
            tasks.UnionWith(Subfolders(folder).Select(Path.GetFileName).OfType<string>().Where(static t => TaskPattern().IsMatch(t)));
        }

        return [.. tasks];
    }

    /// <summary>The full name of a task that is given by its number (<c>4</c>, <c>004</c>, <c>Task004</c>) or its full name.</summary>
    /// <exception cref="WorkspaceException">No task or more than one has that number; the message lists the candidates.</exception>
    public string TaskName(string idOrName) =>
        new NumberedNames("task", "Task", Places(), "convert a data set first, or set the folders (nnunet doctor shows those in force)").Find(idOrName, Tasks(), TaskId, () => Meant(idOrName));

    /// <summary>The error that names the folder that is meant, where one is not named as a task or lies elsewhere.</summary>
    private WorkspaceException? Meant(string idOrName) => MisnamedTask.Find(this, idOrName) is { } found
        ? new WorkspaceException($"task {idOrName}", $"there is no such task, but the folder {found.Path} {found.Why}", found.Remedy)
        : null;

    private string Places() => $"{RawTasks}, {Preprocessed} and {Models}";

    private static string[] Subfolders(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];

    [GeneratedRegex("^Task(?<id>[0-9]{3,9})_.", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex TaskPattern();
}
