using NnUNet.Core.Cascade;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training;

/// <summary>
/// Writes the low resolution's predictions of its validation cases as the input of the cascade's second stage:
/// <c>pred_next_stage/CASE_segFromPrevStage.npz</c> in the model's folder.
/// </summary>
/// <remarks>Source: nnunet/training/cascade_stuff/predict_next_stage.py; the network need not predict again for it.</remarks>
internal sealed class NextStageWriter
{
    private readonly PreviousStageFolder _folder;
    private readonly PreprocessedFolder _nextStage;
    private readonly ModelContract _contract;
    private readonly bool _keepsOthers;

    private NextStageWriter(PreviousStageFolder folder, PreprocessedFolder nextStage, ModelContract contract, bool keepsOthers)
    {
        (_folder, _nextStage, _contract, _keepsOthers) = (folder, nextStage, contract, keepsOthers);
    }

    /// <summary>The writer of a training; null where no second stage follows.</summary>
    /// <param name="options">What is trained.</param>
    /// <param name="modelPath">The model's folder.</param>
    /// <param name="preprocessedTask">The folder of the preprocessed task.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="stage">The plan's stage that is trained.</param>
    /// <param name="fold">The cases.</param>
    /// <param name="contract">What the low resolution's model promises.</param>
    /// <exception cref="DescribedException">A validation case is not preprocessed for the second stage.</exception>
    public static NextStageWriter? For(TrainingOptions options, string modelPath, string preprocessedTask, Plan plan, int stage, Fold fold, ModelContract contract)
    {
        int[] later = [.. plan.PlansPerStage.Keys.Where(s => s > stage)];
        if (options.Configuration != Configuration.LowResolution || later.Length == 0) return null;

        PreprocessedFolder nextStage = PreprocessedFolder.Of(preprocessedTask, plan, later[0]);
        string[] missing = [.. fold.Val.Except(nextStage.Cases, StringComparer.Ordinal)];
        if (missing.Length > 0)
        {
            throw new DescribedException(
                nextStage.Folder, $"{missing.Length} validation cases are not preprocessed for the cascade's second stage: {string.Join(", ", missing)}", "run nnUNet_plan_and_preprocess");
        }

        return new NextStageWriter(new PreviousStageFolder(modelPath), nextStage, contract, options.Fold == Folds.All);
    }

    /// <summary>Whether a case's file is there.</summary>
    public bool Contains(string caseId) => _folder.Contains(caseId);

    /// <summary>Brings a case onto the second stage's grid and writes it.</summary>
    /// <remarks>
    /// Fold "all" has trained on its validation cases and its predictions of them are too good, so it writes only what no other fold has written.
    /// </remarks>
    /// <param name="caseId">The case.</param>
    /// <param name="probabilities">The network's output (K, z, y, x) on the low resolution's grid.</param>
    /// <param name="cancel">Stops between blocks.</param>
    public void Write(string caseId, ProbabilityMaps probabilities, CancellationToken cancel)
    {
        if (_keepsOthers && Contains(caseId)) return;

        using PreprocessedCaseFile next = _nextStage.Open(caseId);
        _folder.Write(caseId, NextStageSegmentation.Resample(probabilities, next.Extent, _contract, cancel), next.Extent);
    }
}
