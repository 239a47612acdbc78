namespace NnUNet.Core.Augmentation;

/// <summary>Three numbers, one an array axis (z, y, x).</summary>
public readonly record struct AxisValues(double Z, double Y, double X)
{
    /// <summary>The same number for every axis.</summary>
    public static AxisValues All(double value) => new(value, value, value);
}

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

/// <summary>From what rotation and scaling are drawn.</summary>
public sealed record SpatialRanges
{
    /// <summary>From what elastic deformations are drawn.</summary>
    /// <value>Null: samples are not deformed.</value>
    public ElasticRanges? Elastic { get; init; }

    /// <summary>Probability that a sample is rotated.</summary>
    /// <value>0.2.</value>
    public double RotationProbability { get; init; } = 0.2;

    /// <summary>Largest angle around each axis in radians; the angle is uniform between its negative and itself.</summary>
    /// <value>30 degrees around each axis.</value>
    public AxisValues MaxAngle { get; init; } = AxisValues.All(Math.PI / 6);

    /// <summary>Probability of each axis of a rotated sample that it is rotated around it.</summary>
    /// <value>1.</value>
    public double RotationProbabilityPerAxis { get; init; } = 1;

    /// <summary>Probability that a sample is scaled.</summary>
    /// <value>0.2.</value>
    public double ScaleProbability { get; init; } = 0.2;

    /// <summary>Probability that each axis of a scaled sample gets a scale of its own.</summary>
    /// <value>0: all axes have the same.</value>
    public double OwnScaleProbability { get; init; }

    /// <summary>Smallest scale; half of the scales are uniform between it and 1.</summary>
    /// <value>0.7. At most 1.</value>
    public double ScaleLow { get; init; } = 0.7;

    /// <summary>Largest scale; half of the scales are uniform between 1 and it.</summary>
    /// <value>1.4. At least 1.</value>
    public double ScaleHigh { get; init; } = 1.4;
}
