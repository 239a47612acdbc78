using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Prediction;

/// <summary>Predicts a folder of images into a folder of segmentations: <c>nnUNet_predict</c>.</summary>
/// <remarks>
/// While one case is in the network, the next is preprocessed and the last one exported. A case that fails is reported at the
/// end and stops no other. A repeated call continues with what is missing or does not fit any more, by the <see cref="ResultRecords"/>
/// of the folder. Source: nnunet/inference/predict.py, predict_from_folder.
/// </remarks>
public static class PredictRun
{
    /// <summary>The folder in the output folder that gets results that were replaced because the image, the model or the options have changed.</summary>
    public const string ReplacedFolder = "replaced";

    /// <summary>Predicts all cases of a folder.</summary>
    /// <param name="modelFolder">The folder with <c>plans.json</c> and the folds.</param>
    /// <param name="inputFolder">The images: <c>CASE_0000.nii.gz</c>, <c>CASE_0001.nii.gz</c>, …</param>
    /// <param name="outputFolder">Gets <c>CASE.nii.gz</c>, <c>plans.json</c>, the model's <c>postprocessing.json</c> and, if asked, <c>CASE.npz</c> with <c>CASE.json</c> and <c>CASE.pkl</c>.</param>
    /// <param name="options">How to predict; null for the defaults.</param>
    /// <param name="progress">Receives reports about each case, one at a time.</param>
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
    /// <param name="progress">Receives reports about each case, one at a time.</param>
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
    /// <param name="progress">Receives reports about each case, one at a time.</param>
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
        using IDisposable unit = StandardUptake.Ask(options.StandardUptake);

        // A disk that takes the results has room for what they are made from more likely than the one for small temporary files.
        options = options with { Predict = options.Predict with { TemporaryFolder = options.Predict.TemporaryFolder ?? outputFolder } };
        Leftovers leftovers = TemporaryFiles.RemoveAbandoned(outputFolder);
        if (options.Predict.TemporaryFolder != outputFolder) leftovers = leftovers.With(TemporaryFiles.RemoveAbandoned(options.Predict.TemporaryFolder));
        ModelContract contract = model.Contract;
        (IReadOnlyList<InputCase> found, IReadOnlyList<string> others) = InputFolder.Find(inputFolder, contract.Preprocessing.Channels.Count);
        PreviousStageFiles previousStage = new(model.Folder, options.PreviousStageFolder);
        string[] ids = [.. found.Select(static c => c.CaseId)];
        PredictionOrigins origins = new(model, options);
        ResultFolder results = ResultFolder.Open(outputFolder, ids, options.Ending, DatasetDescription.FileEndingIn(model.Folder.Path), found.Select(static c => c.Reference?.Ending).FirstOrDefault(static e => e is not null));
        if (options.Ending is not null && !options.Overwrite) results.RefuseOtherEndings(ids);

        InputCase[] cases = [.. found.Where((_, i) => i % options.Parts == options.Part).Select(c => Refused(c, refused)).Select(previousStage.Complete)];
        EarlierResults earlier = new(results, origins, options);
        FolderDescriptions descriptions = new(outputFolder, origins.Descriptions, origins.AreDescribedBy, found.SelectMany(static c => c.Channels));
        Dictionary<string, ResultStanding> standings = options.Overwrite ? [] : cases.Where(static c => c.Channels.Count > 0).ToDictionary(static c => c.CaseId, earlier.Look, StringComparer.Ordinal);
        InputCase[] waiting = [.. cases.Where(c => c.Fault is null && Of(standings, c).Standing is not (Standing.Fits or Standing.Unknown))];
        InputCase[] replaced = [.. cases.Where(c => Of(standings, c).Standing is Standing.Outdated or Standing.Damaged || (c.Fault is null && Of(standings, c).Standing == Standing.NotPostprocessed))];
        HashSet<string> postprocessed = [];
        PrepareOutput(outputFolder, () =>
        {
            string[] leaving = options.Overwrite ? ids : [.. waiting.Concat(replaced).Select(static c => c.CaseId)];
            descriptions.Withdraw(leaving.ToHashSet(StringComparer.Ordinal), coming: waiting.Length > 0);
            if (waiting.Any(c => results.Has(c.CaseId))) earlier.MoveScoresAside();
            foreach (InputCase one in replaced) earlier.MoveAside(one.CaseId, Of(standings, one).Standing);
            descriptions.Write();
            if (ResultLayout.Of(contract).ArgumentsFile is { } arguments) ProductJson.Write(Path.Combine(outputFolder, arguments), PredictionArguments.Of(inputFolder, outputFolder, options));
            InputCase[] again = [.. replaced.Where(c => Of(standings, c).Standing == Standing.NotPostprocessed)];
            foreach ((int i, InputCase one) in again.Index())
            {
                cancel.ThrowIfCancellationRequested();
                progress?.Report(new PredictProgress(one.CaseId, PredictStage.Postprocessing, 0, i, again.Length));
                if (earlier.Postprocess(one, contract.Postprocessing!)) postprocessed.Add(one.CaseId);
                progress?.Report(new PredictProgress(one.CaseId, PredictStage.Postprocessing, 1, i + 1, again.Length) { RunShare = (i + 1.0) / again.Length });
            }
        });

        waiting = [.. waiting.Where(c => !postprocessed.Contains(c.CaseId))];
        InputCase[] skipped = [.. cases.Where(c => c.Fault is null && Of(standings, c).Standing == Standing.Fits)];
        InputCase[] unknown = [.. cases.Where(c => Of(standings, c).Standing == Standing.Unknown)];
        InputCase[] faulty = [.. cases.Where(static c => c.Fault is not null)];
        PredictPipeline pipeline = PredictPart.Pipeline(model, options, progress, waiting.Length + faulty.Length);
        foreach (InputCase bad in faulty) pipeline.Fail(bad.CaseId, PredictStage.Found, bad.Fault!);

        PartReport? onDevices = null;
        if (options.Devices is not { } devices || waiting.Length == 0)
        {
            PredictPart.Run(pipeline, model, options, results, origins, waiting, cancel);
        }
        else
        {
            PartRequest request = new(model, inputFolder, outputFolder, options with { Ending = results.Ending }, [.. waiting.Select(static c => c.CaseId)]);
            Relay<PredictProgress>? after = Relay.Into<PredictProgress, PredictProgress>(progress, p => p with { Done = p.Done + faulty.Length, Total = p.Total + faulty.Length });
            onDevices = devices.Run(request, caseId => IsDone(caseId, waiting, results, origins, options), after, cancel);
        }

        bool described = PrepareOutput(outputFolder, descriptions.Write);
        PartReport made = PartReport.Merge([(PartReport.Of(pipeline), waiting.Length), .. onDevices is null ? Array.Empty<(PartReport, int)>() : [(onDevices, waiting.Length)]]);
        PredictFailure[] failures = [.. made.Failures.OrderBy(static f => f.CaseId, StringComparer.Ordinal)];
        HashSet<string> failed = [.. failures.Select(static f => f.CaseId)];
        return new PredictReport
        {
            Folds = waiting.Length > 0 ? model.Folds : [],
            Predicted = waiting.Select(static c => c.CaseId).Where(c => !failed.Contains(c)).ToValueArray(),
            Skipped = skipped.Select(static c => c.CaseId).ToValueArray(),
            Postprocessed = postprocessed.Order(StringComparer.Ordinal).ToValueArray(),
            Outdated = replaced.Where(c => !postprocessed.Contains(c.CaseId)).Select(c => new CaseRemark(c.CaseId, Of(standings, c).Reason)).ToValueArray(),
            Unknown = unknown.Select(c => new CaseRemark(c.CaseId, Of(standings, c).Reason)).ToValueArray(),
            Described = described,
            Failures = failures.ToValueArray(),
            Warnings = made.Warnings.OrderBy(static w => w.CaseId, StringComparer.Ordinal).ThenBy(static w => w.Warning.Where, StringComparer.Ordinal).ToValueArray(),
            Ignored = others.ToValueArray(),
            Ending = results.Ending,
            Postprocessing = contract.Postprocessing,
            Times = made.Times,
            LeftBehind = leftovers.Notice,
        };
    }

    /// <summary>The path of a case's probabilities.</summary>
    internal static string ProbabilityPath(string folder, string caseId) => Path.Combine(folder, caseId + ProbabilityFile.Ending);

    private static ResultStanding Of(Dictionary<string, ResultStanding> standings, InputCase one) => standings.GetValueOrDefault(one.CaseId);

    /// <summary>Whether a case's segmentation is there, made as it is made now. The folder is listed anew: other processes write into it.</summary>
    private static bool IsDone(string caseId, InputCase[] waiting, ResultFolder results, PredictionOrigins origins, PredictRunOptions options)
    {
        ResultFolder now = ResultFolder.Open(results.Path, [caseId], results.Ending);
        return new EarlierResults(now, origins, options).Look(Array.Find(waiting, c => c.CaseId == caseId)!).Standing == Standing.Fits;
    }

    private static InputCase Refused(InputCase one, IReadOnlyDictionary<string, string>? refused) =>
        one.Fault is null && refused?.GetValueOrDefault(one.CaseId) is { } reason ? one with { Fault = reason } : one;

    private static PredictRunOptions Checked(PredictRunOptions options)
    {
        string[] faults = [.. options.Faults()];
        return faults.Length == 0 ? options : throw new DescribedException("prediction", string.Join("; ", faults), "correct the options");
    }

    private static void PrepareOutput(string folder, Action prepare) => PrepareOutput(folder, () =>
    {
        prepare();
        return true;
    });

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
