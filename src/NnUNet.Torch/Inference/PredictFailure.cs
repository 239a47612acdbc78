namespace NnUNet.Torch.Inference;

/// <summary>A case that could not be predicted.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="Stage">Where it failed.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record PredictFailure(string CaseId, PredictStage Stage, string Reason);
