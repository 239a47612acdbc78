namespace NnUNet.Pictures.Overlays;

/// <summary>What was drawn.</summary>
/// <param name="Files">The pictures' paths, the data set's sheet last.</param>
/// <param name="Failures">Why cases could not be drawn, each with its name.</param>
public sealed record OverlayReport(IReadOnlyList<string> Files, IReadOnlyList<string> Failures);
