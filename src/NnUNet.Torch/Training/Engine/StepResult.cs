namespace NnUNet.Torch.Training.Engine;

/// <summary>What an iteration gave.</summary>
/// <param name="Loss">The loss before the step.</param>
/// <param name="Fault">What was not finite, so that nothing was done; null where all was well.</param>
internal readonly record struct StepResult(double Loss, string? Fault);
