using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Prediction;

/// <summary>Predicts a folder of images into a folder of segmentations: <c>nnUNet_predict</c>.</summary>
/// <remarks>
/// While one case is in the network, the next is preprocessed and the last one exported. A case that fails is reported at the
/// end and stops no other; a repeated call continues with what is missing. Source: nnunet/inference/predict.py, predict_from_folder.
/// </remarks>
public static class PredictRun
{
    /// <summary>The folder in the output folder that gets segmentations that were replaced because the model's postprocessing has changed.</summary>
    public const string ReplacedFolder = "replaced";

    /// <summary>Predicts all cases of a folder.</summary>
    /// <param name="modelFolder">The folder with <c>plans.json</c> and the folds.</param>
    /// <param name="inputFolder">The images: <c>CASE_0000.nii.gz</c>, <c>CASE_0001.nii.gz</c>, …</param>
    /// <param name="outputFolder">Gets <c>CASE.nii.gz</c>, <c>plans.json</c>, the model's <c>postprocessing.json</c> and, if asked, <c>CASE.npz</c> with <c>CASE.json</c> and <c>CASE.pkl</c>.</param>
    /// <param name="options">How to predict; null for the defaults.</param>
    /// <param name="progress">Receives reports about each case, from several threads.</param>
    /// <param name="cancel">Stops within a case; what was written is whole.</param>
    /// <returns>What was done, and which cases failed why.</returns>
    /// <exception cref="DescribedException">The model, the input folder or the output folder is at fault, so that no case can be predicted.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static PredictReport Run(
        string modelFolder,
        string inputFolder,
        string outputFolder,
        PredictRunOptions? options = null,
        IProgress<PredictProgress>? progress = null,
        CancellationToken cancel = default)
    {
        options = Checked(options ?? new PredictRunOptions());
        return Run(ChosenModel.Open(modelFolder, options.Predict), inputFolder, outputFolder, options, progress, cancel);
    }

    /// <summary>Predicts all cases of a folder with a model that is open.</summary>
    /// <param name="model">The model; its folds predict, whatever the options say.</param>
    /// <param name="inputFolder">The images.</param>
    /// <param name="outputFolder">Gets the segmentations.</param>
    /// <param name="options">How to predict; null for the defaults.</param>
    /// <param name="progress">Receives reports about each case, from several threads.</param>
    /// <param name="cancel">Stops within a case; what was written is whole.</param>
    /// <returns>What was done, and which cases failed why.</returns>
    /// <exception cref="DescribedException">The model, the input folder or the output folder is at fault, so that no case can be predicted.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static PredictReport Run(
        ChosenModel model,
        string inputFolder,
        string outputFolder,
        PredictRunOptions? options = null,
        IProgress<PredictProgress>? progress = null,
        CancellationToken cancel = default) => Run(model, inputFolder, outputFolder, options ?? new PredictRunOptions(), refused: null, progress, cancel);

    /// <summary>Predicts all cases of a folder but those that are refused.</summary>
    /// <param name="model">The model; its folds predict, whatever the options say.</param>
    /// <param name="inputFolder">The images.</param>
    /// <param name="outputFolder">Gets the segmentations.</param>
    /// <param name="options">How to predict.</param>
    /// <param name="refused">Cases that cannot be predicted, and why.</param>
    /// <param name="progress">Receives reports about each case, from several threads.</param>
    /// <param name="cancel">Stops within a case.</param>
    internal static PredictReport Run(
        ChosenModel model,
        string inputFolder,
        string outputFolder,
        PredictRunOptions options,
        IReadOnlyDictionary<string, string>? refused,
        IProgress<PredictProgress>? progress,
        CancellationToken cancel)
    {
        Checked(options);

        // A disk that takes the results has room for what they are made from more likely than the one for small temporary files.
        options = options with { Predict = options.Predict with { TemporaryFolder = options.Predict.TemporaryFolder ?? outputFolder } };
        Leftovers leftovers = TemporaryFiles.RemoveAbandoned(outputFolder);
        if (options.Predict.TemporaryFolder != outputFolder) leftovers = leftovers.With(TemporaryFiles.RemoveAbandoned(options.Predict.TemporaryFolder));
        ModelContract contract = model.Contract;
        (IReadOnlyList<InputCase> found, IReadOnlyList<string> others) = InputFolder.Find(inputFolder, contract.Preprocessing.Channels.Count);
        PreviousStageFiles previousStage = new(model.Folder, options.PreviousStageFolder);
        string[] ids = [.. found.Select(static c => c.CaseId)];
        ResultFolder results = ResultFolder.Open(outputFolder, ids, options.Ending, DatasetDescription.FileEndingIn(model.Folder.Path), found.Select(static c => c.Reference?.Ending).FirstOrDefault(static e => e is not null));
        if (options.Ending is not null && !options.Overwrite) results.RefuseOtherEndings(ids);
        (IReadOnlyList<string> postprocessed, IReadOnlyList<string> outdated) = PrepareOutput(outputFolder, () =>
        {
            model.Folder.WritePlan(Path.Combine(outputFolder, Plan.ModelFileName));
            return new EarlierSegmentations(results)
                .Adopt(model.Folder.Path, ids, contract.Postprocessing, postprocess: !options.Overwrite, progress, cancel);
        });

        InputCase[] cases = [.. found.Where((_, i) => i % options.Parts == options.Part).Select(c => Refused(c, refused)).Select(previousStage.Complete)];
        InputCase[] skipped = [.. cases.Where(c => c.Fault is null && !options.Overwrite && IsDone(results, c.CaseId, options))];
        InputCase[] waiting = [.. cases.Where(c => c.Fault is null).Except(skipped)];
        PipelineOptions way = new(options.Predict) { PreprocessingThreads = options.PreprocessingThreads, ExportThreads = options.ExportThreads, LoadingBytes = 2 * model.CheckpointBytes };
        PredictPipeline pipeline = new(way, progress, cases.Length - skipped.Length);
        foreach (InputCase bad in cases.Where(static c => c.Fault is not null)) pipeline.Fail(bad.CaseId, PredictStage.Found, bad.Fault!);

        pipeline.Run([.. waiting.Select(c => new ImageCase(contract, c, results, options))], () => Segmenter.Load(model, options.Predict), cancel);
        PredictFailure[] failures = [.. pipeline.Failures.OrderBy(static f => f.CaseId, StringComparer.Ordinal)];
        HashSet<string> failed = [.. failures.Select(static f => f.CaseId)];
        return new PredictReport
        {
            Folds = waiting.Length > 0 ? model.Folds : [],
            Predicted = waiting.Select(static c => c.CaseId).Where(c => !failed.Contains(c)).ToValueArray(),
            Skipped = skipped.Select(static c => c.CaseId).Except(postprocessed).ToValueArray(),
            Postprocessed = postprocessed.ToValueArray(),
            Outdated = outdated.ToValueArray(),
            Failures = failures.ToValueArray(),
            Ignored = others.ToValueArray(),
            Ending = results.Ending,
            Postprocessing = contract.Postprocessing,
            Times = pipeline.Times,
            LeftBehind = leftovers.Notice,
        };
    }

    /// <summary>The path of a case's probabilities.</summary>
    internal static string ProbabilityPath(string folder, string caseId) => Path.Combine(folder, caseId + ProbabilityFile.Ending);

    // The segmentation is written last: where it is, all of the case is.
    private static bool IsDone(ResultFolder results, string caseId, PredictRunOptions options) =>
        results.Has(caseId) && (!options.SaveProbabilities || File.Exists(ProbabilityPath(results.Path, caseId)));

    private static InputCase Refused(InputCase one, IReadOnlyDictionary<string, string>? refused) =>
        one.Fault is null && refused?.GetValueOrDefault(one.CaseId) is { } reason ? one with { Fault = reason } : one;

    private static PredictRunOptions Checked(PredictRunOptions options)
    {
        string[] faults = [.. options.Faults()];
        return faults.Length == 0 ? options : throw new DescribedException("prediction", string.Join("; ", faults), "correct the options");
    }

    private static T PrepareOutput<T>(string folder, Func<T> prepare)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return prepare();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DescribedException(folder, $"the output folder cannot be written ({e.Message.TrimEnd('.')})", "choose another folder, or free space on its disk", e);
        }
    }
}
