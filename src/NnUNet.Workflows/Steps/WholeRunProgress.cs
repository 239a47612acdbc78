using NnUNet.Core.Datasets;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Core.Selection;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Workflows.Prediction;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Workflows.Steps;

/// <summary>
/// What happens in a run. A step begins, or is skipped because it is current, where all but <see cref="Outlook"/> is null.
/// </summary>
/// <param name="Outlook">The step as it was before it began.</param>
public sealed record WholeRunProgress(StepOutlook Outlook)
{
    /// <summary>A file is converted.</summary>
    public ConversionProgress? Conversion { get; init; }

    /// <summary>A case is verified, measured or preprocessed.</summary>
    public PreprocessingProgress? Preparation { get; init; }

    /// <summary>The preparation has ended.</summary>
    public PreprocessingResult? Prepared { get; init; }

    /// <summary>The training begins with this work.</summary>
    public TrainAllPlan? TrainingPlan { get; init; }

    /// <summary>A training made progress.</summary>
    public TrainAllProgress? Training { get; init; }

    /// <summary>The training has ended.</summary>
    public ValueArray<FoldResult>? Trained { get; init; }

    /// <summary>A case is compared.</summary>
    public SelectionProgress? Selection { get; init; }

    /// <summary>The best is chosen.</summary>
    public SelectionResult? Selected { get; init; }

    /// <summary>A model begins to segment the images.</summary>
    public string? Model { get; init; }

    /// <summary>An image is segmented.</summary>
    public PredictProgress? Prediction { get; init; }

    /// <summary>A model has segmented what it could.</summary>
    public PredictReport? Predicted { get; init; }

    /// <summary>The predictions of an image are merged.</summary>
    public PostprocessingProgress? Merging { get; init; }
}
