namespace NnUNet.Core.Augmentation;

/// <summary>The ranges from which rotation and scaling are drawn.</summary>
public sealed record SpatialRanges
{
    /// <summary>The ranges from which elastic deformations are drawn.</summary>
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
