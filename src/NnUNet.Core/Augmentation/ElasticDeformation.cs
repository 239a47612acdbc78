namespace NnUNet.Core.Augmentation;

/// <summary>How one sample is deformed: random displacements of every voxel, smoothed so that neighbours move alike.</summary>
/// <param name="Sigma">Standard deviation in voxels of the Gaussian that smooths the displacements, along each axis (z, y, x).</param>
/// <param name="Magnitude">Displacements along each axis in voxels: what the smoothed ones, between -1 and 1, are multiplied with, or the largest of them.</param>
/// <param name="IsLargest">Whether <paramref name="Magnitude"/> is the largest displacement.</param>
/// <param name="Key">Which displacements: the same key gives the same.</param>
public readonly record struct ElasticDeformation(AxisValues Sigma, AxisValues Magnitude, bool IsLargest, long Key);
