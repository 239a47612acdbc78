using NnUNet.Core.Datasets;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Core.Selection;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Workflows.Prediction;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Workflows.Steps;

/// <summary>The steps of the whole method, in their order.</summary>
public enum WholeRunStep
{
    /// <summary>A Decathlon task is brought into the raw folder.</summary>
    Convert,

    /// <summary>The files are verified, the networks planned, the cases preprocessed.</summary>
    Prepare,

    /// <summary>What is missing is trained.</summary>
    Train,

    /// <summary>The best configuration or pair is chosen by cross-validation.</summary>
    Choose,

    /// <summary>New images are segmented with it.</summary>
    Predict,
}

/// <summary>How far a step is.</summary>
public enum StepState
{
    /// <summary>All of it is there and current.</summary>
    Current,

    /// <summary>There is something to do.</summary>
    Open,

    /// <summary>What there is to do depends on a step before it that is open.</summary>
    Later,
}

/// <summary>A step and what there is to do.</summary>
/// <param name="Step">The step.</param>
/// <param name="State">How far it is.</param>
/// <param name="Text">What is there and what is missing, for people.</param>
public sealed record StepOutlook(WholeRunStep Step, StepState State, string Text);

/// <summary>What <c>nnunet run</c> is going to do.</summary>
public sealed record WholeRunPlan
{
    /// <summary>The task's full name.</summary>
    public required string Task { get; init; }

    /// <summary>The steps in their order.</summary>
    public required ValueArray<StepOutlook> Steps { get; init; }

    /// <summary>Every fold with the estimate of its time; null as long as there are no plans.</summary>
    public TrainAllPlan? Training { get; init; }

    /// <summary>What looks odd, each in one sentence.</summary>
    public ValueArray<string> Warnings { get; init; } = [];

    /// <summary>Whether nothing is to be done.</summary>
    public bool IsComplete => Steps.All(static s => s.State == StepState.Current);
}

/// <summary>
/// What happens in a run. A step begins, or is passed over because it is current, where all but <see cref="Outlook"/> is null.
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

    /// <summary>A training goes on.</summary>
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

/// <summary>What a run left.</summary>
/// <param name="Task">The task's full name.</param>
/// <param name="Done">The steps that had something to do.</param>
/// <param name="Choice">With what images are segmented.</param>
/// <param name="Failures">Images that could not be segmented.</param>
public sealed record WholeRunResult(string Task, ValueArray<WholeRunStep> Done, ModelChoice Choice, ValueArray<PredictFailure> Failures);
