using System.Globalization;
using System.Text.RegularExpressions;
using NnUNet.Foundation;

namespace NnUNet.Core;

/// <summary>The three folders as nnU-Net v2 names and fills them.</summary>
/// <remarks>
/// An option beats <c>--workspace</c>, which beats v2's variables <c>nnUNet_raw</c>, <c>nnUNet_preprocessed</c> and <c>nnUNet_results</c>,
/// which beat v1's (<see cref="Workspace"/>): data and models of both generations may share the folders, for v1 keeps its own in
/// <c>nnUNet_raw_data</c> and <c>nnUNet</c>. Source: nnunetv2/paths.py, nnunetv2/utilities/dataset_name_id_conversion.py.
/// </remarks>
public sealed partial class Version2Workspace
{
    /// <summary>The variable of the raw data.</summary>
    public const string RawVariable = "nnUNet_raw";

    /// <summary>The variable of the models.</summary>
    public const string ResultsVariable = "nnUNet_results";

    /// <summary>The trainer that v2 takes unless another one is named.</summary>
    public const string DefaultTrainer = "nnUNetTrainer";

    /// <summary>The plans that v2 takes unless others are named.</summary>
    public const string DefaultPlans = "nnUNetPlans";

    private readonly WorkspaceFolder[] _folders;

    private Version2Workspace(params WorkspaceFolder[] folders) => _folders = folders;

    /// <summary>The folder of the raw data sets: <c>RAW/DatasetXXX_NAME</c>.</summary>
    public string Raw => _folders[0].Path;

    /// <summary>The folder of the preprocessed data sets.</summary>
    public string Preprocessed => _folders[1].Path;

    /// <summary>The folder of the models: <c>RESULTS/DatasetXXX_NAME/TRAINER__PLANS__CONFIGURATION</c>.</summary>
    public string Results => _folders[2].Path;

    /// <summary>The three folders with where each came from.</summary>
    public IReadOnlyList<WorkspaceFolder> Folders => _folders;

    /// <summary>The folders that options, variables and defaults give.</summary>
    public static Version2Workspace Resolve(WorkspaceOptions? options = null) => Resolve(options ?? new WorkspaceOptions(), EnvironmentSettings.Variable);

    internal static Version2Workspace Resolve(WorkspaceOptions options, Func<string, string?> variable) => new(
        Workspace.Folder("raw", options.Raw, options, variable, RawVariable, Workspace.RawVariable),
        Workspace.Folder("preprocessed", options.Preprocessed, options, variable, Workspace.PreprocessedVariable),
        Workspace.Folder("results", options.Results, options, variable, ResultsVariable, Workspace.ResultsVariable));

    /// <summary>The folder of a raw data set.</summary>
    public string RawDataset(string dataset) => Path.Combine(Raw, dataset);

    /// <summary>The folder of a model: <c>RESULTS/DatasetXXX_NAME/TRAINER__PLANS__CONFIGURATION</c>.</summary>
    public string ModelFolder(string dataset, string trainer, string plans, string configuration) => Path.Combine(Results, dataset, $"{trainer}__{plans}__{configuration}");

    /// <summary>The full name of a data set that is given by its number (<c>4</c>, <c>004</c>, <c>Dataset004</c>) or its full name.</summary>
    /// <exception cref="WorkspaceException">No data set or more than one has that number; the message lists what there is.</exception>
    public string DatasetName(string idOrName) =>
        new NumberedNames("data set", Prefix, Places(), "install a model or convert a data set first, or set the folders (nnunet doctor shows those in force)").Find(idOrName, Datasets(), DatasetId, static () => null);

    /// <summary>The full names of all data sets of which there are raw data, preprocessed data or models, in ordinal order.</summary>
    public IReadOnlyList<string> Datasets() =>
    [
        .. _folders.SelectMany(static f => VisibleFiles.FoldersIn(f.Path)).Select(static f => Path.GetFileName(f)).Where(IsDatasetName).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether a folder's name is one of a data set: <c>Dataset004_Hippocampus</c>.</summary>
    public static bool IsDatasetName(string name) => DatasetPattern().IsMatch(name);

    /// <summary>The name of a data set with a number: <c>Dataset004_Hippocampus</c>.</summary>
    public static string DatasetName(int id, string name) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{id:000}_{name}");

    /// <summary>The number in a data set's name: 4 of <c>Dataset004_Hippocampus</c>.</summary>
    /// <exception cref="WorkspaceException">The name has no number.</exception>
    public static int DatasetId(string dataset) => DatasetPattern().Match(dataset) is { Success: true } match
        ? int.Parse(match.Groups["id"].ValueSpan, CultureInfo.InvariantCulture)
        : throw new WorkspaceException(dataset, "this is not a data set's name", "name it DatasetXXX_NAME, such as Dataset004_Hippocampus");

    private string Places() => string.Join(", ", _folders.Select(static f => f.Path).Distinct(StringComparer.Ordinal));

    private const string Prefix = "Dataset";

    [GeneratedRegex("^Dataset(?<id>[0-9]{3,9})_.", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DatasetPattern();
}
