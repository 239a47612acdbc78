namespace NnUNet.Core.Augmentation;

/// <summary>The range from which one number is drawn.</summary>
/// <param name="Low">Smallest number.</param>
/// <param name="High">Largest number; at least <paramref name="Low"/>.</param>
public readonly record struct DrawRange(double Low, double High)
{
    /// <summary>Every number of the range is equally likely.</summary>
    public double Uniform(ref RandomStream random) => random.Uniform(Low, High);

    /// <summary>Half of the numbers are uniform below 1 and half above, as far as the range reaches to either side.</summary>
    /// <remarks>Source: batchgenerators/augmentations/color_augmentations.py, augment_contrast and augment_gamma.</remarks>
    public double AroundOne(ref RandomStream random) => random.Bool(0.5) && Low < 1
        ? random.Uniform(Low, 1)
        : random.Uniform(Math.Max(Low, 1), High);
}
