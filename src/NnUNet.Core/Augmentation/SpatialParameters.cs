namespace NnUNet.Core.Augmentation;

/// <summary>How one sample is rotated and scaled about its centre.</summary>
/// <param name="Resamples">False: the patch is cut out of the middle untouched, and the other values do not count.</param>
/// <param name="Angles">Radians around the z, y and x axis, array order; the original calls them angle_x, angle_y, angle_z.</param>
/// <param name="Scale">Voxels of the image to one voxel of the patch along each axis; above 1 shows more of the image.</param>
/// <param name="Elastic">Displacements before rotation and scaling; null for none.</param>
public readonly record struct SpatialParameters(bool Resamples, AxisValues Angles, AxisValues Scale, ElasticDeformation? Elastic = null)
{
    /// <summary>Neither rotation nor scaling.</summary>
    public static SpatialParameters Crop { get; } = new(false, default, AxisValues.All(1));
}
