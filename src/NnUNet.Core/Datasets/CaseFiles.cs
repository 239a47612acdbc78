using NnUNet.Foundation;

namespace NnUNet.Core.Datasets;

/// <summary>The files of one case.</summary>
/// <param name="CaseId">The case's name: the files' names without channel number and ending.</param>
/// <param name="Channels">Paths of the channels in the order of their numbers.</param>
/// <param name="Label">Path of the segmentation, or null where there is none.</param>
public sealed record CaseFiles(string CaseId, ValueArray<string> Channels, string? Label);
