using System.Globalization;
using NnUNet.Core.Consolidation;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;

namespace NnUNet.Core.Selection;

/// <summary>A configuration that was trained, and what its folds left.</summary>
internal sealed class TrainedModel
{
    private readonly string _task;
    private readonly bool _ensembling;

    public TrainedModel(Workspace workspace, string task, Configuration configuration, SelectionOptions options)
    {
        _task = task;
        _ensembling = options.Ensembling;
        Configuration = configuration;
        Trainer = options.TrainerOf(configuration);
        Plans = options.Plans;
        Folder = workspace.ModelFolder(configuration.Name, task, Trainer, Plans);
        Exists = Directory.Exists(Folder);
        Folds = [.. options.Folds.Select(fold => FoldValidation.Of(Folder, fold, PostprocessingOptions.ValidationFolderName))];
        References = FoldConsolidation.FindReferences(Folder, workspace.PreprocessedTask(task));
    }

    public Configuration Configuration { get; }

    public string Trainer { get; }

    public string Plans { get; }

    public string Folder { get; }

    /// <summary>Whether the model's folder is there.</summary>
    public bool Exists { get; }

    /// <summary>The folds that are asked for, usable or not.</summary>
    public IReadOnlyList<FoldValidation> Folds { get; }

    /// <summary>The numbers of the folds that can be used.</summary>
    public IEnumerable<int> UsableFolds => Folds.Where(static f => f.Fault is null).Select(static f => f.Fold);

    /// <summary>The folder of the reference segmentations.</summary>
    public string References { get; }

    /// <summary>What stands for the model in an ensemble's name.</summary>
    public string Id => $"{Configuration}__{Trainer}__{Plans}";

    /// <summary>The segmentations of some folds by case name; of a case in two folds, the last one's.</summary>
    public SortedDictionary<string, string> Cases(IEnumerable<int> folds)
    {
        SortedDictionary<string, string> cases = new(StringComparer.Ordinal);
        foreach ((string caseId, string file) in Folds.Where(f => folds.Contains(f.Fold)).SelectMany(static f => f.Cases)) cases[caseId] = file;
        return cases;
    }

    /// <summary>The path of the probabilities beside a segmentation.</summary>
    public static string ProbabilitiesOf(string caseId, string segmentation) => Path.Join(Path.GetDirectoryName(segmentation), caseId + ProbabilityFile.Ending);

    /// <summary>What is missing of the folds that are asked for, each with the command that makes it.</summary>
    public IEnumerable<string> MissingFolds()
    {
        if (!Exists)
        {
            yield return $"{Configuration}: there is no model {Folder}; it is left out ({Command(Folds[0].Fold, "")} and the other folds train it)";
            yield break;
        }

        foreach (FoldValidation fold in Folds.Where(static f => f.Fault is not null))
        {
            string how = !Directory.Exists(Path.Join(Folder, ModelFolder.FoldFolderName(fold.Fold))) ? "" : IsTrained(fold.Fold) ? " -val" : " -c";
            yield return $"{Configuration}: {fold.Fault}; {Command(fold.Fold, how)} makes it";
        }
    }

    /// <summary>Folds without the probabilities that ensembles need, each with the command that makes them.</summary>
    public IEnumerable<string> MissingProbabilities(IEnumerable<int> folds)
    {
        foreach (FoldValidation fold in Folds.Where(f => folds.Contains(f.Fold)))
        {
            string[] cases = [.. fold.Cases.Where(static c => !HasProbabilities(c.Key, c.Value)).Select(static c => c.Key).Order(StringComparer.Ordinal)];
            if (cases.Length == 0) continue;
            string which = cases.Length == fold.Cases.Count ? "of its cases" : cases.Length == 1 ? $"of {cases[0]}" : $"of {cases[0]} and {cases.Length - 1} more";
            yield return $"{Configuration}: fold {fold.Fold} has no probabilities {which}, so its ensembles are left out; {Command(fold.Fold, " -val")} writes them";
        }
    }

    private static bool HasProbabilities(string caseId, string segmentation)
    {
        string path = ProbabilitiesOf(caseId, segmentation);
        return File.Exists(path) && ProbabilityFile.HasProperties(path);
    }

    private bool IsTrained(int fold) => VisibleFiles.In(Path.Join(Folder, ModelFolder.FoldFolderName(fold)), ModelFolder.FinalCheckpoint + ".*").Count > 0;

    private string Command(int fold, string how)
    {
        string plans = Plans == SelectionOptions.DefaultPlans ? "" : $" -p {Plans}";
        return string.Create(CultureInfo.InvariantCulture, $"nnUNet_train {Configuration} {Trainer} {_task} {fold}{how}{(_ensembling ? " --npz" : "")}{plans}");
    }
}
