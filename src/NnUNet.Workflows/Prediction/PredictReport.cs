using NnUNet.Core.Cases;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Prediction;

/// <summary>What a run did.</summary>
public sealed record PredictReport
{
    /// <summary>Temporary files of earlier runs that stay, since it cannot be known whether those are running, in a sentence; null where there are none.</summary>
    /// <value>Null.</value>
    public string? LeftBehind { get; init; }

    /// <summary>The folds that predicted; empty where nothing was left to do.</summary>
    public ValueArray<string> Folds { get; init; }

    /// <summary>Cases that were predicted, in the order of their names.</summary>
    public ValueArray<string> Predicted { get; init; }

    /// <summary>Cases whose output was there already, made of the same files in the same way.</summary>
    public ValueArray<string> Skipped { get; init; }

    /// <summary>Cases whose segmentation was there and had not been postprocessed, which was done now; as it was, it is in <c>replaced</c> of the output folder.</summary>
    public ValueArray<string> Postprocessed { get; init; }

    /// <summary>Cases whose segmentation was made of other files or in another way, or could not be read, and was moved to <c>replaced</c> of the output folder.</summary>
    public ValueArray<CaseRemark> Outdated { get; init; }

    /// <summary>Cases that were left as they are, since nothing says how their segmentation was made, or it was changed since.</summary>
    public ValueArray<CaseRemark> Unknown { get; init; }

    /// <summary>Whether <c>plans.json</c> and <c>postprocessing.json</c> are in the output folder: they are where they are true of all segmentations in it.</summary>
    /// <value>True.</value>
    public bool Described { get; init; } = true;

    /// <summary>Cases that failed, in the order of their names.</summary>
    public ValueArray<PredictFailure> Failures { get; init; }

    /// <summary>What was odd about cases' files and was put right, in the order of the cases.</summary>
    public ValueArray<PredictWarning> Warnings { get; init; }

    /// <summary>Images of the input folder that belong to no case.</summary>
    public ValueArray<string> Ignored { get; init; }

    /// <summary>The ending of the segmentations that were written.</summary>
    public string Ending { get; init; } = ResultEnding.Default;

    /// <summary>What was removed from each segmentation, by the model's <c>postprocessing.json</c>; null where it has none.</summary>
    public PostprocessingDecision? Postprocessing { get; init; }

    /// <summary>The time by stage; null where no case was predicted.</summary>
    public PredictTimes? Times { get; init; }
}
