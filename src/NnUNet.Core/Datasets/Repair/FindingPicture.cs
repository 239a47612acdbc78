namespace NnUNet.Core.Datasets.Repair;

/// <summary>What a picture of a finding shows.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="Image">The image's path.</param>
/// <param name="Label">The segmentation's path; null where there is none.</param>
/// <param name="LabelNames">Names of labels by their value as text.</param>
public sealed record FindingPicture(string Title, string Image, string? Label, IReadOnlyDictionary<string, string> LabelNames);
