using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;

namespace NnUNet.Workflows.Scheduling;

/// <summary>What happens to a fold: it begins where both are null, else it continues or has ended.</summary>
/// <param name="Work">The fold.</param>
/// <param name="Device">Where it is trained.</param>
/// <param name="Training">How far its training is; null at its begin and end.</param>
/// <param name="Result">How it ended; null before.</param>
public sealed record TrainAllProgress(FoldWork Work, TorchDevice Device, TrainingProgress? Training, FoldResult? Result);
