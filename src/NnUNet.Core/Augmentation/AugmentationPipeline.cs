namespace NnUNet.Core.Augmentation;

/// <summary>What is done to every training sample, in order: first the spatial part, then everything else.</summary>
/// <remarks>
/// The spatial part stands apart so that a loader can draw it before reading, and read only the voxels that it needs.
/// </remarks>
public sealed class AugmentationPipeline
{
    /// <summary>A pipeline.</summary>
    /// <param name="spatial">Rotation and scaling; null means that the patch is read as the network sees it.</param>
    /// <param name="steps">The steps after it, in order.</param>
    public AugmentationPipeline(SpatialAugmentation? spatial, IReadOnlyList<PatchAugmentation> steps)
    {
        Spatial = spatial;
        Steps = steps;
    }

    /// <summary>No augmentation at all.</summary>
    public static AugmentationPipeline None { get; } = new(null, []);

    /// <summary>Rotation and scaling, where there are any.</summary>
    public SpatialAugmentation? Spatial { get; }

    /// <summary>The steps after the spatial one, in order.</summary>
    public IReadOnlyList<PatchAugmentation> Steps { get; }

    /// <summary>The same with more steps behind it.</summary>
    public AugmentationPipeline Then(IReadOnlyList<PatchAugmentation> more) => more.Count == 0 ? this : new AugmentationPipeline(Spatial, [.. Steps, .. more]);
}
