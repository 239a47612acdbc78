using Microsoft.Extensions.Logging;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Hosting;

/// <summary>Segments folders of images with one model, as <c>nnUNet_predict</c> does, and logs what it warns of and which cases fail.</summary>
/// <remarks>Thread-safe; each run loads the networks, and frees them at its end.</remarks>
/// <param name="modelFolder">The model's folder.</param>
/// <param name="options">How each case is predicted.</param>
/// <param name="logger">Gets beginnings, ends, warnings and failures.</param>
public sealed class FolderPredictor(string modelFolder, PredictOptions options, ILogger<FolderPredictor> logger)
{
    /// <summary>Segments a folder of images without blocking the caller.</summary>
    /// <param name="inputFolder">The images: <c>CASE_0000.nii.gz</c>, <c>CASE_0001.nii.gz</c>, …</param>
    /// <param name="outputFolder">Gets the segmentations.</param>
    /// <param name="run">How the folder is predicted; how each case is, the model's registration says. Null for the defaults.</param>
    /// <param name="progress">Receives reports about each case, one at a time.</param>
    /// <param name="cancel">Stops within a case; what was written is whole, and the task is cancelled.</param>
    /// <returns>What was done, and which cases failed why.</returns>
    /// <exception cref="DescribedException">The model, the input folder or the output folder is at fault, so that no case can be predicted.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<PredictReport> PredictAsync(
        string inputFolder, string outputFolder, PredictRunOptions? run = null, IProgress<PredictProgress>? progress = null, CancellationToken cancel = default)
    {
        PredictRunOptions all = (run ?? new PredictRunOptions()) with { Predict = options };
        LogMessages.Begins(logger, inputFolder, outputFolder, modelFolder);
        PredictReport report;
        try
        {
            report = await Task.Factory
                .StartNew(() => Predict(inputFolder, outputFolder, all, progress, cancel), cancel, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default)
                .ConfigureAwait(false);
        }
        catch (DescribedException e)
        {
            LogMessages.Failed(logger, e.Message, e);
            throw;
        }

        if (report.Ignored.Count > 0) LogMessages.Ignored(logger, string.Join(", ", report.Ignored));
        if (report.LeftBehind is { } left) LogMessages.Warning(logger, left);
        foreach (PredictWarning warning in report.Warnings) LogMessages.CaseWarning(logger, warning.CaseId, warning.Warning.ToString());
        foreach (CaseRemark remark in report.Unknown) LogMessages.CaseWarning(logger, remark.CaseId, $"the segmentation that is there {remark.Reason}, so it was left as it is");
        foreach (PredictFailure failure in report.Failures) LogMessages.CaseFailed(logger, failure.CaseId, failure.Stage, failure.Reason);
        LogMessages.Ends(logger, report.Predicted.Count, report.Skipped.Count, report.Failures.Count, outputFolder);
        return report;
    }

    private PredictReport Predict(string input, string output, PredictRunOptions run, IProgress<PredictProgress>? progress, CancellationToken cancel)
    {
        ChosenModel model = ChosenModel.Open(modelFolder, options);
        foreach (string warning in model.Folder.Warnings) LogMessages.Warning(logger, warning);
        return PredictRun.Run(model, input, output, run, progress, cancel);
    }
}
