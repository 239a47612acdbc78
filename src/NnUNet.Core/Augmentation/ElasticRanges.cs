using NnUNet.Imaging;

namespace NnUNet.Core.Augmentation;

/// <summary>The ranges from which elastic deformations are drawn.</summary>
public abstract record ElasticRanges
{
    /// <summary>Probability that a sample is deformed.</summary>
    /// <value>0.2.</value>
    public double Probability { get; init; } = 0.2;

    /// <summary>Draws a deformation.</summary>
    /// <param name="patch">Voxel counts (z, y, x) of the patch.</param>
    /// <param name="random">The sample's stream.</param>
    public abstract ElasticDeformation Draw(Extent patch, ref RandomStream random);

    /// <summary>Draws which displacements.</summary>
    private protected static long DrawKey(ref RandomStream random)
    {
        long high = random.NextBits();
        return (high << 32) | random.NextBits();
    }
}

/// <summary>Displacements of a strength and smoothness in voxels, the same along all axes.</summary>
/// <param name="Alpha">With what the smoothed displacements are multiplied.</param>
/// <param name="Sigma">Standard deviation in voxels of the Gaussian that smooths them.</param>
/// <remarks>Source: batchgenerators/augmentations/spatial_transformations.py, augment_spatial; utils.py, elastic_deform_coordinates.</remarks>
public sealed record ElasticRangesInVoxels(DrawRange Alpha, DrawRange Sigma) : ElasticRanges
{
    /// <inheritdoc/>
    public override ElasticDeformation Draw(Extent patch, ref RandomStream random)
    {
        double alpha = Alpha.Uniform(ref random);
        double sigma = Sigma.Uniform(ref random);
        return new ElasticDeformation(AxisValues.All(sigma), AxisValues.All(alpha), IsLargest: false, DrawKey(ref random));
    }
}

/// <summary>Displacements of a smoothness that is a share of the patch, the largest of which is an eighth to a half of that.</summary>
/// <param name="Share">Standard deviation of the Gaussian that smooths the displacements, as a share of the patch along each axis.</param>
/// <remarks>
/// Source: batchgenerators/augmentations/spatial_transformations.py, augment_spatial_2; utils.py, elastic_deform_coordinates_2.
/// Beyond the border the displacements go on mirrored here, repeated there.
/// </remarks>
public sealed record ElasticRangesByPatch(DrawRange Share) : ElasticRanges
{
    /// <inheritdoc/>
    public override ElasticDeformation Draw(Extent patch, ref RandomStream random)
    {
        double share = Share.Uniform(ref random);
        AxisValues sigma = new(share * patch.Z, share * patch.Y, share * patch.X);
        AxisValues magnitude = new(
            random.Uniform(sigma.Z / 8, sigma.Z / 2), random.Uniform(sigma.Y / 8, sigma.Y / 2), random.Uniform(sigma.X / 8, sigma.X / 2));
        return new ElasticDeformation(sigma, magnitude, IsLargest: true, DrawKey(ref random));
    }
}
