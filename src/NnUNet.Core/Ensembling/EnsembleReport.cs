using NnUNet.Foundation;

namespace NnUNet.Core.Ensembling;

/// <summary>What a merge did.</summary>
/// <param name="Cases">All cases, in ordinal order.</param>
/// <param name="Skipped">Those that had been merged from the same probabilities in the same way.</param>
/// <param name="Replaced">Those whose segmentation somebody else had made or changed, which was moved to <c>replaced</c> of the output folder.</param>
/// <param name="WithoutRecord">Those of whose probabilities some have no record, so that they were taken as they are.</param>
public sealed record EnsembleReport(ValueArray<string> Cases, ValueArray<string> Skipped, ValueArray<string> Replaced, ValueArray<string> WithoutRecord);
