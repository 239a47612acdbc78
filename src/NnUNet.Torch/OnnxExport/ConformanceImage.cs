using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Imaging;

namespace NnUNet.Torch.OnnxExport;

/// <summary>An image that is computed, of the size and spacing of one tile of a model, with intensities like those that the model was trained with.</summary>
internal static class ConformanceImage
{
    private const float Mean = 100, Deviation = 50;

    /// <summary>A channel (z, y, x): waves of several lengths around a ball, nowhere zero, so that nothing is cropped.</summary>
    /// <param name="contract">The model.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="number">Its number, which shifts the waves.</param>
    public static Volume<float> Of(ModelContract contract, ChannelRecipe channel, int number)
    {
        PreprocessingRecipe recipe = contract.Preprocessing;
        int[] tile = contract.Tiles.Is2D ? [2, .. contract.Tiles.Size] : [.. contract.Tiles.Size];
        ReadOnlySpan<int> back = recipe.TransposeBackward.AsSpan();
        Extent extent = new Extent(tile[0], tile[1], tile[2]).Transpose(back);
        Spacing spacing = Spacing.From(recipe.Spacing.AsSpan()).Transpose(back);
        float mean = (float?)channel.Intensities?.Mean ?? Mean, deviation = (float?)channel.Intensities?.Sd ?? Deviation;
        float[] voxels = new float[extent.Count];
        for (int i = 0, z = 0; z < extent.Z; z++)
        {
            for (int y = 0; y < extent.Y; y++)
            {
                for (int x = 0; x < extent.X; x++, i++)
                {
                    (double u, double v, double w) = ((double)z / extent.Z, (double)y / extent.Y, (double)x / extent.X);
                    double waves = Math.Sin((7 * u) + number) + Math.Cos((11 * v) + (5 * w)) + (0.5 * Math.Sin(40 * w * v));
                    double ball = Math.Exp(-8 * (((u - 0.5) * (u - 0.5)) + ((v - 0.5) * (v - 0.5)) + ((w - 0.4) * (w - 0.4))));
                    float value = mean + (deviation * (float)(waves + (2 * ball) - 1));
                    voxels[i] = value == 0 ? 1e-3f : value;
                }
            }
        }

        return new Volume<float>(voxels, extent, recipe.GeometryOf(spacing));
    }
}
