using NnUNet.Core.Evaluation;

namespace NnUNet.Torch.Training.Engine;

/// <summary>How a training ended.</summary>
/// <param name="Completed">False where it was interrupted; <c>-c</c> continues it.</param>
/// <param name="FoldPath">The fold's folder.</param>
/// <param name="Epochs">Complete epochs.</param>
/// <param name="Summary">The scores of the validation cases; null where the fold has none or the run was interrupted.</param>
public sealed record TrainingResult(bool Completed, string FoldPath, int Epochs, SegmentationSummary? Summary)
{
    /// <summary>Whether it stopped because its time was over (<see cref="TrainingOptions.MaxTime"/>).</summary>
    public bool TimeIsUp { get; init; }
}
