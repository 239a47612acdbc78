using System.Text.Json;
using NnUNet.Core.Cases;
using NnUNet.Core.Ensembling;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Selection;

/// <summary>Merges the validation of two models and scores it: <c>RESULTS/nnUNet/ensembles/TASK/ensemble_A--B</c>.</summary>
/// <remarks>Source: nnunet/evaluation/model_selection/ensemble.py.</remarks>
internal sealed class PairScoring(Workspace workspace, string task, SelectionOptions options)
{
    private const string RawFolderName = "ensembled_raw";
    private const string FinalFolderName = "ensembled_postprocessed";

    /// <summary>The folder of a task's ensembles.</summary>
    public string TaskFolder { get; } = workspace.EnsemblesFolder(task);

    /// <summary>Merges, scores and, unless switched off, decides about postprocessing; what is current stays.</summary>
    /// <param name="first">A model with the probabilities of all cases.</param>
    /// <param name="second">Another model with those of the same cases.</param>
    /// <param name="folds">The folds that are pooled.</param>
    /// <param name="progress">Reports after each case of each step.</param>
    /// <param name="cancel">Stops within a case.</param>
    public SelectionCandidate Score(TrainedModel first, TrainedModel second, IReadOnlyList<int> folds, IProgress<PostprocessingProgress>? progress, CancellationToken cancel)
    {
        string name = $"ensemble_{first.Id}--{second.Id}";
        string folder = Path.Join(TaskFolder, name), rawFolder = Path.Join(folder, RawFolderName);
        string references = Path.Join(workspace.PreprocessedTask(task), ReferenceSegmentations.TaskFolder);
        if (!Directory.Exists(references)) references = first.References;

        SortedDictionary<string, string> ofSecond = second.Cases(folds);
        EnsembleCase[] cases = [.. first.Cases(folds).Select(c => new EnsembleCase(
            [TrainedModel.ProbabilitiesOf(c.Key, c.Value), TrainedModel.ProbabilitiesOf(c.Key, ofSecond[c.Key])], Path.Join(rawFolder, c.Key + ResultEnding.Of(null, CaseName.Ending(c.Value))), null))];
        string summaryPath = Path.Join(rawFolder, SegmentationSummary.FileName), decisionPath = Path.Join(folder, PostprocessingDecision.FileName);
        SortedDictionary<string, ImageLocation> referenceFiles = FolderEvaluator.Images(references);
        MadeFrom made = new(
            rawFolder,
            cases.SelectMany(static c => c.Files).Concat(referenceFiles.Values.Select(static f => f.Path)),
            [options.Postprocessing ? "postprocessed" : "raw"]);
        string[] names = [SegmentationSummary.FileName, .. cases.Select(static c => Path.GetFileName(c.SegmentationPath))];
        string[] results = [.. names.Select(n => Path.Join(rawFolder, n))];
        if (options.Postprocessing) results = [.. results, .. names.Select(n => Path.Join(folder, FinalFolderName, n)), decisionPath, CopyPath(name)];
        if (!made.IsCurrent(results, options.Recheck))
        {
            made.Begin();
            if (Directory.Exists(rawFolder)) Directory.Delete(rawFolder, recursive: true);
            FolderEnsemble.Merge("merging", cases, new EnsembleOptions { Threads = options.Threads, MaxRamBytes = options.MaxRamBytes }, progress, cancel);
            ScoredSegmentations merged = new(
                ScoredSegmentations.Find(rawFolder, references),
                PostprocessingDeterminer.StructuresOf(first.Folds.First(f => folds.Contains(f.Fold)).SummaryPath),
                new SegmentationLoop(options.Threads, options.MaxRamBytes, progress, cancel),
                cancel);
            ForegroundMeans.AddTo(merged.Summarise("scoring", new EvaluationOptions { Name = $"{task}__{name}", Task = task })).Write(summaryPath);
            if (options.Postprocessing) Postprocess(folder, name, references, progress, cancel);
            made.End(results);
        }

        return new SelectionCandidate
        {
            Name = name,
            Configurations = [first.Configuration.Name, second.Configuration.Name],
            Scores = SegmentationSummary.Read(summaryPath),
            Postprocessing = options.Postprocessing ? PostprocessingDecision.Read(decisionPath) : null,
            PostprocessingFile = options.Postprocessing ? decisionPath : null,
            PostprocessedScore = options.Postprocessing ? SegmentationSummary.Read(Path.Join(folder, FinalFolderName, SegmentationSummary.FileName)).ForegroundMean() : double.NaN,
        };
    }

    private void Postprocess(string folder, string name, string references, IProgress<PostprocessingProgress>? progress, CancellationToken cancel)
    {
        PostprocessingDeterminer.Determine(
            folder,
            references,
            new PostprocessingOptions { RawFolderName = RawFolderName, FinalFolderName = FinalFolderName, Threads = options.Threads, MaxRamBytes = options.MaxRamBytes },
            progress,
            cancel);
        string path = Path.Join(folder, FinalFolderName, SegmentationSummary.FileName);
        SegmentationSummary summary = SegmentationSummary.Read(path);
        summary.Unknown["experiment_name"] = JsonSerializer.SerializeToElement(name);
        summary.Write(path);
        summary.Write(CopyPath(name));
    }

    private string CopyPath(string name) => Path.Join(workspace.Models, "summary_jsons", $"{task}__{name}.json");
}
