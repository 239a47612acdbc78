using NnUNet.Core.Datasets;

namespace NnUNet.Torch.Inference;

/// <summary>Something odd about a case's files that was put right.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="Warning">The file, and what is odd.</param>
public sealed record PredictWarning(string CaseId, DatasetFault Warning);
