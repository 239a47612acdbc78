namespace NnUNet.Pictures.Overlays;

/// <summary>How far the drawing is.</summary>
/// <param name="CaseId">The case that was just drawn; empty at the beginning.</param>
/// <param name="Done">Cases drawn so far.</param>
/// <param name="Total">All cases.</param>
public readonly record struct OverlayProgress(string CaseId, int Done, int Total);
