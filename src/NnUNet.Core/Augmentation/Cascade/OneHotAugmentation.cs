namespace NnUNet.Core.Augmentation.Cascade;

/// <summary>
/// Turns the labels of the cascade's first stage into channels behind the image's: one for each class, 1 where the class is
/// and 0 elsewhere. Nothing is drawn. It stands behind all changes of the grid and of the intensities.
/// </summary>
/// <param name="classes">Number of foreground classes; their labels are 1, 2, … in this order.</param>
/// <remarks>Source: nnunet/training/data_augmentation/pyramid_augmentations.py, MoveSegAsOneHotToData.</remarks>
public sealed class OneHotAugmentation(int classes) : PatchAugmentation
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The patch has no previous stage.</exception>
    public override void Run(PatchBuffer patch, ref RandomStream random)
    {
        if (patch.PreviousStage.IsEmpty) throw new ArgumentException("the patch has no segmentation of a previous stage", nameof(patch));

        for (int label = 1; label <= classes; label++)
        {
            Span<float> channel = patch.AddChannel();
            ReadOnlySpan<short> labels = patch.PreviousStage;
            for (int i = 0; i < channel.Length; i++) channel[i] = labels[i] == label ? 1 : 0;
        }
    }
}
