namespace NnUNet.Client;

/// <summary>How much of an image has a label.</summary>
/// <param name="Label">The label.</param>
/// <param name="Name">Its name; empty where it is not known.</param>
/// <param name="Voxels">Its voxels.</param>
/// <param name="VolumeMl">Their volume in millilitres; null for an image of two axes.</param>
public sealed record LabelVolume(int Label, string Name, long Voxels, double? VolumeMl);
