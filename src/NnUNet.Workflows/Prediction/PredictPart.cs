using NnUNet.Core.Cases;
using NnUNet.Core.Models;
using NnUNet.Imaging.Formats.Dicom;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Prediction;

/// <summary>Cases of an input folder that a run predicts, after it has looked at what is there and has made room for them.</summary>
/// <param name="Model">The model, whose folds predict.</param>
/// <param name="InputFolder">The images.</param>
/// <param name="OutputFolder">Gets the segmentations.</param>
/// <param name="Options">How to predict, and the ending of what is written.</param>
/// <param name="Cases">The cases by their names.</param>
internal sealed record PartRequest(ChosenModel Model, string InputFolder, string OutputFolder, PredictRunOptions Options, IReadOnlyList<string> Cases);

/// <summary>Predicts a part of a run's cases.</summary>
internal delegate PartReport PartPrediction(PartRequest request, IProgress<PredictProgress>? progress, CancellationToken cancel);

/// <summary>Predicts a part of a run's cases in this process; what else a run does with its folder is left to the run.</summary>
internal static class PredictPart
{
    /// <summary>Predicts the cases.</summary>
    /// <param name="request">What to predict.</param>
    /// <param name="progress">Receives reports about each case, one at a time.</param>
    /// <param name="cancel">Stops within a case; what was written is whole.</param>
    /// <exception cref="Foundation.DescribedException">The model or a folder is at fault.</exception>
    public static PartReport Run(PartRequest request, IProgress<PredictProgress>? progress, CancellationToken cancel)
    {
        using IDisposable unit = StandardUptake.Ask(request.Options.StandardUptake);
        ModelContract contract = request.Model.Contract;
        IReadOnlyList<InputCase> found = InputFolder.Find(request.InputFolder, contract.Preprocessing.Channels.Count).Cases;
        Dictionary<string, InputCase> byName = found.ToDictionary(static c => c.CaseId, StringComparer.Ordinal);
        PreviousStageFiles previousStage = new(request.Model.Folder, request.Options.PreviousStageFolder);
        ResultFolder results = ResultFolder.Open(request.OutputFolder, request.Cases, request.Options.Ending);
        PredictPipeline pipeline = Pipeline(request.Model, request.Options, progress, request.Cases.Count);
        List<InputCase> cases = [];
        foreach (string one in request.Cases)
        {
            // Files may have changed since the run looked at them.
            InputCase? image = byName.TryGetValue(one, out InputCase? there) ? previousStage.Complete(there) : null;
            if (image is { Fault: null }) cases.Add(image);
            else pipeline.Fail(one, PredictStage.Found, image?.Fault ?? "its image is not there any more");
        }

        Run(pipeline, request.Model, request.Options, results, new PredictionOrigins(request.Model, request.Options), cases, cancel);
        return PartReport.Of(pipeline);
    }

    /// <summary>A pipeline of a run.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How to predict.</param>
    /// <param name="progress">Receives reports about each case.</param>
    /// <param name="total">Cases that are predicted or fail.</param>
    public static PredictPipeline Pipeline(ChosenModel model, PredictRunOptions options, IProgress<PredictProgress>? progress, int total) => new(
        new PipelineOptions(options.Predict) { PreprocessingThreads = options.PreprocessingThreads, ExportThreads = options.ExportThreads, LoadingBytes = 2 * model.CheckpointBytes },
        progress,
        total);

    /// <summary>Predicts images by a pipeline.</summary>
    public static void Run(
        PredictPipeline pipeline, ChosenModel model, PredictRunOptions options, ResultFolder results, PredictionOrigins origins, IEnumerable<InputCase> cases, CancellationToken cancel) =>
        pipeline.Run([.. cases.Select(c => new ImageCase(model.Contract, c, results, origins, options))], () => Segmenter.Load(model, options.Predict), cancel);
}
