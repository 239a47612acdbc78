namespace NnUNet.Core.Models.Archives;

/// <summary>Where models of either generation are installed.</summary>
/// <param name="Version1">The folder of all models of nnU-Net v1 and of our own (<see cref="Workspace.Models"/>).</param>
/// <param name="Version2">The folder of those of nnU-Net v2 (<see cref="Version2Workspace.Results"/>); null where none are installed.</param>
public sealed record ModelPlaces(string Version1, string? Version2);
