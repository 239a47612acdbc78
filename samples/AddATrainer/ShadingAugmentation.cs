using NnUNet.Core.Augmentation;
using NnUNet.Imaging;

namespace AddATrainer;

/// <summary>How strongly a sample is shaded from left to right.</summary>
/// <param name="Strength">What is added at one end and taken away at the other; 0 leaves the sample as it is.</param>
public readonly record struct Shading(double Strength);

/// <summary>Makes one side of the image brighter than the other, as a coil does. Probability 0.3.</summary>
public sealed class ShadingAugmentation(int channels) : PatchAugmentation<Shading>
{
    /// <inheritdoc/>
    public override Shading Draw(ref RandomStream random) => random.Bool(0.3) ? new Shading(random.Uniform(-0.5, 0.5)) : default;

    /// <inheritdoc/>
    public override void Apply(PatchBuffer patch, in Shading parameters)
    {
        if (parameters.Strength == 0) return;

        Extent extent = patch.Extent;
        double step = 2 * parameters.Strength / Math.Max(1, extent.X - 1);
        for (int c = 0; c < channels; c++)
        {
            Span<float> voxels = patch.Channel(c); // x runs fastest
            for (int i = 0; i < voxels.Length; i++) voxels[i] += (float)((i % extent.X * step) - parameters.Strength);
        }
    }
}
