using NnUNet.Core.Cases;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Consolidation;

/// <summary>Pools the validation of all folds of a model and decides about one postprocessing for it: <c>nnUNet_determine_postprocessing</c>.</summary>
/// <remarks>
/// Each fold knows its own cases only, and its own decision may differ from the others'. Source:
/// nnunet/postprocessing/consolidate_postprocessing.py. Where the original exchanges prediction and reference in the pooled
/// summary and takes a fold's number for its place in the list, this does not.
/// </remarks>
public static class FoldConsolidation
{
    /// <summary>The folder that gets the segmentations of all folds.</summary>
    public const string RawFolderName = "cv_niftis_raw";

    /// <summary>The folder that gets them after postprocessing.</summary>
    public const string FinalFolderName = "cv_niftis_postprocessed";

    /// <summary>
    /// Copies the folds' segmentations to <c>cv_niftis_raw</c>, scores them, and writes <c>postprocessing.json</c> and
    /// <c>cv_niftis_postprocessed</c>.
    /// </summary>
    /// <param name="modelFolder">The folder with <c>fold_0</c>, <c>fold_1</c>, …</param>
    /// <param name="options">Which folds, and what is done; null for the five folds of a training.</param>
    /// <param name="progress">Reports after each case of each step.</param>
    /// <param name="cancel">Stops between cases.</param>
    /// <exception cref="DescribedException">Folds, their validation, segmentations or references are missing or do not fit: one report for all folds.</exception>
    public static FoldConsolidationResult Run(
        string modelFolder,
        FoldConsolidationOptions? options = null,
        IProgress<PostprocessingProgress>? progress = null,
        CancellationToken cancel = default)
    {
        options ??= new FoldConsolidationOptions();
        FoldValidation[] folds = [.. options.Folds.Select(fold => FoldValidation.Of(modelFolder, fold, options.ValidationFolderName))];
        string[] faults = [.. folds.Select(static f => f.Fault).OfType<string>()];
        if (faults.Length > 0)
        {
            throw new PostprocessingException(modelFolder, string.Join(", ", faults), "train and validate all folds first, or let nnUNet_find_best_configuration pool those that there are (-f)");
        }

        string referenceFolder = options.ReferenceFolder ?? Path.Join(modelFolder, ReferenceSegmentations.ModelFolder);
        SortedDictionary<string, ImageLocation> references = FolderEvaluator.Images(referenceFolder);
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        foreach ((string caseId, string file) in folds.SelectMany(static f => f.Cases)) files[caseId] = file;
        CheckCases(modelFolder, options, references, files);

        string rawFolder = Path.Join(modelFolder, RawFolderName);
        string summaryPath = Path.Join(rawFolder, SegmentationSummary.FileName);
        string decisionPath = Path.Join(modelFolder, PostprocessingDecision.FileName);
        MadeFrom made = new(
            rawFolder,
            files.Values.Concat(files.Keys.Select(c => references[c].Path)),
            [options.KeepLargeComponents ? "large parts stay" : "the largest part stays", options.Postprocess ? "postprocessed" : "raw"]);
        string[] names = [SegmentationSummary.FileName, .. files.Values.Select(static f => Path.GetFileName(f))];
        string[] results = [.. names.Select(n => Path.Join(rawFolder, n))];
        if (options.Postprocess) results = [.. results, .. names.Select(n => Path.Join(modelFolder, FinalFolderName, n)), decisionPath];
        if (options.ReuseCurrent && made.IsCurrent(results, options.Recheck))
        {
            return new FoldConsolidationResult(SegmentationSummary.Read(summaryPath), options.Postprocess ? PostprocessingDecision.Read(decisionPath) : null, true);
        }

        made.Begin();
        Collect(files, rawFolder, cancel);
        ScoredSegmentations pooled = new(
            ScoredSegmentations.Find(rawFolder, referenceFolder),
            [0, .. PostprocessingDeterminer.StructuresOf(folds[0].SummaryPath)],
            new SegmentationLoop(options.Threads, options.MaxRamBytes, progress, cancel),
            cancel);
        SegmentationSummary raw = pooled.Summarise("scoring all folds", new EvaluationOptions());
        raw.Write(summaryPath);
        PostprocessingDecision? decision = options.Postprocess ? Decide(modelFolder, referenceFolder, options, progress, cancel) : null;
        made.End(results);
        return new FoldConsolidationResult(raw, decision, false);
    }

    /// <summary>Where a model's references lie: in its own folder, or with the preprocessed data of its task.</summary>
    /// <param name="modelFolder">The model's folder.</param>
    /// <param name="preprocessedTask">The task's folder of preprocessed data.</param>
    public static string FindReferences(string modelFolder, string preprocessedTask)
    {
        string own = Path.Join(modelFolder, ReferenceSegmentations.ModelFolder);
        return Directory.Exists(own) ? own : Path.Join(preprocessedTask, ReferenceSegmentations.TaskFolder);
    }

    private static PostprocessingDecision Decide(
        string modelFolder, string referenceFolder, FoldConsolidationOptions options, IProgress<PostprocessingProgress>? progress, CancellationToken cancel) =>
        PostprocessingDeterminer.Determine(
            modelFolder,
            referenceFolder,
            new PostprocessingOptions
            {
                RawFolderName = RawFolderName,
                FinalFolderName = FinalFolderName,
                KeepLargeComponents = options.KeepLargeComponents,
                Threads = options.Threads,
                MaxRamBytes = options.MaxRamBytes,
            },
            progress,
            cancel);

    private static void CheckCases(string modelFolder, FoldConsolidationOptions options, SortedDictionary<string, ImageLocation> references, SortedDictionary<string, string> files)
    {
        string[] unknown = [.. files.Keys.Where(c => !references.ContainsKey(c))];
        if (unknown.Length > 0)
        {
            throw new PostprocessingException(modelFolder, $"{unknown.Length} of {files.Count} validated cases have no reference, the first is {unknown[0]}", "add the references");
        }

        string[] missing = [.. references.Keys.Where(c => !files.ContainsKey(c))];
        if (options.RequireAllCases && missing.Length > 0)
        {
            throw new PostprocessingException(
                modelFolder,
                $"{missing.Length} of {references.Count} cases were validated in none of the folds {string.Join(", ", options.Folds)}, the first is {missing[0]}",
                "train and validate all folds first");
        }
    }

    private static void Collect(SortedDictionary<string, string> files, string folder, CancellationToken cancel)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (string file in files.Values)
        {
            cancel.ThrowIfCancellationRequested();
            ImageLocation.Of(file)!.CopyTo(folder);
        }
    }
}
