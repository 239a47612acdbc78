using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Prediction;

/// <summary>Predicts a folder of images with both stages of a cascade: <c>nnUNet_predict -m 3d_cascade_fullres</c>.</summary>
/// <remarks>
/// The low resolution's segmentations stay in <c>OUTPUT/3d_lowres_predictions</c>, so that a repeated call continues with what is
/// missing of either stage; those of the second know the segmentation of the first that they were made from. Source: nnunet/inference/predict_simple.py.
/// </remarks>
public static class CascadePredictRun
{
    /// <summary>The folder of the low resolution's segmentations in the output folder.</summary>
    public const string LowResolutionFolder = "3d_lowres_predictions";

    /// <summary>Predicts all cases of a folder, first at low resolution.</summary>
    /// <param name="lowResolutionModel">The folder of the 3d_lowres model; its final checkpoints predict.</param>
    /// <param name="modelFolder">The folder of the 3d_cascade_fullres model.</param>
    /// <param name="inputFolder">The images.</param>
    /// <param name="outputFolder">Gets what <see cref="PredictRun"/> writes, and <see cref="LowResolutionFolder"/>.</param>
    /// <param name="options">How to predict; null for the defaults. Folds, parts, tiles and mirroring hold for both stages.</param>
    /// <param name="progress">Receives reports about each case, first at low resolution, then at full resolution; one at a time.</param>
    /// <param name="cancel">Stops within a case; what was written is whole.</param>
    /// <returns>What the second stage did; cases that failed at low resolution have failed.</returns>
    /// <exception cref="DescribedException">A model or a folder is at fault, so that no case can be predicted.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static PredictReport Run(
        string lowResolutionModel,
        string modelFolder,
        string inputFolder,
        string outputFolder,
        PredictRunOptions? options = null,
        IProgress<PredictProgress>? progress = null,
        CancellationToken cancel = default)
    {
        options ??= new PredictRunOptions();
        return Run(lowResolutionModel, ChosenModel.Open(modelFolder, options.Predict), inputFolder, outputFolder, options, progress, cancel);
    }

    /// <summary>Predicts all cases of a folder, first at low resolution, with a second stage that is open already, so that no hours are spent on the first before it turns out that there is no second.</summary>
    /// <param name="lowResolutionModel">The folder of the 3d_lowres model; its final checkpoints predict.</param>
    /// <param name="model">The 3d_cascade_fullres model.</param>
    /// <param name="inputFolder">The images.</param>
    /// <param name="outputFolder">Gets what <see cref="PredictRun"/> writes, and <see cref="LowResolutionFolder"/>.</param>
    /// <param name="options">How to predict; null for the defaults. Parts, tiles and mirroring hold for both stages, folds for the first.</param>
    /// <param name="progress">Receives reports about each case, first at low resolution, then at full resolution; one at a time.</param>
    /// <param name="cancel">Stops within a case; what was written is whole.</param>
    /// <returns>What the second stage did; cases that failed at low resolution have failed.</returns>
    /// <exception cref="DescribedException">A model or a folder is at fault, so that no case can be predicted.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static PredictReport Run(
        string lowResolutionModel,
        ChosenModel model,
        string inputFolder,
        string outputFolder,
        PredictRunOptions? options = null,
        IProgress<PredictProgress>? progress = null,
        CancellationToken cancel = default)
    {
        options ??= new PredictRunOptions();
        string segmentations = Path.Combine(outputFolder, LowResolutionFolder);
        PredictRunOptions low = options with
        {
            Predict = options.Predict with { Checkpoint = ModelFolder.FinalCheckpoint },
            SaveProbabilities = false,
            DicomSegmentation = false,
            DicomFractions = false,
            StructureSet = false,
            PreviousStageFolder = null,
        };
        ChosenModel lowResolution = ChosenModel.Open(lowResolutionModel, low.Predict);
        Relay<PredictProgress>? atLowResolution = Relay.Into<PredictProgress, PredictProgress>(progress, static p => p with { LowResolution = true });
        PredictReport first = PredictRun.Run(lowResolution, inputFolder, segmentations, low, atLowResolution, cancel);
        Dictionary<string, string> failed = first.Failures
            .Where(static f => f.Stage != PredictStage.Found)
            .ToDictionary(static f => f.CaseId, static f => $"at low resolution: {f.Reason}", StringComparer.Ordinal);
        PredictReport second = PredictRun.Run(model, inputFolder, outputFolder, options with { PreviousStageFolder = segmentations }, failed, progress, cancel);
        return second with { Warnings = first.Warnings.Concat(second.Warnings).Distinct().ToValueArray() };
    }
}
