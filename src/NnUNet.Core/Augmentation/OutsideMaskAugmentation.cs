namespace NnUNet.Core.Augmentation;

/// <summary>
/// Sets the channels that were normalised within the nonzero mask to 0 where the segmentation is -1, because resampling
/// and intensity changes have filled the outside with something else. Nothing is drawn.
/// </summary>
/// <remarks>Source: nnunet/training/data_augmentation/custom_transforms.py, MaskTransform.</remarks>
public sealed class OutsideMaskAugmentation : PatchAugmentation
{
    private readonly bool[] _masked;

    /// <summary>The step for a plan.</summary>
    /// <param name="useMaskForNorm">Whether each channel was normalised within the mask, by its number.</param>
    public OutsideMaskAugmentation(IReadOnlyDictionary<int, bool> useMaskForNorm)
    {
        _masked = [.. useMaskForNorm.OrderBy(static m => m.Key).Select(static m => m.Value)];
    }

    /// <inheritdoc/>
    public override void Run(PatchBuffer patch, ref RandomStream random)
    {
        ReadOnlySpan<short> labels = patch.Segmentation;
        for (int c = 0; c < Math.Min(patch.Channels, _masked.Length); c++)
        {
            if (!_masked[c]) continue;

            Span<float> voxels = patch.Channel(c);
            for (int i = 0; i < labels.Length; i++)
            {
                if (labels[i] < 0) voxels[i] = 0;
            }
        }
    }
}
