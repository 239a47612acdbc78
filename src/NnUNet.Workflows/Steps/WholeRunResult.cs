using NnUNet.Foundation;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Steps;

/// <summary>What a run left.</summary>
/// <param name="Task">The task's full name.</param>
/// <param name="Done">The steps that had something to do.</param>
/// <param name="Choice">The models with which images are segmented.</param>
/// <param name="Failures">Images that could not be segmented.</param>
public sealed record WholeRunResult(string Task, ValueArray<WholeRunStep> Done, ModelChoice Choice, ValueArray<PredictFailure> Failures);
