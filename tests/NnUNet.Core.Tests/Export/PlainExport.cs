using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Tests.Export;

/// <summary>The exporter's slow twin, written the way the original goes: transpose back, resample whole classes, argmax, insert.</summary>
internal static class PlainExport
{
    /// <summary>Every class (z, y, x) of the cropped image, in the image's axes.</summary>
    public static float[][] Classes(ExportCase c, int order = 1, int orderZ = 0, bool? separateZ = null)
    {
        Extent network = c.Probabilities.Extent;
        Extent turned = network.Transpose(c.Backward);
        int? axis = AnisotropicResampling.SeparateAxis(
            Spacing.From(c.Properties.OriginalSpacing.AsSpan()), Spacing.From(c.Properties.SpacingAfterResampling.AsSpan()), separateZ);
        float[][] classes = new float[c.Probabilities.Channels][];
        for (int k = 0; k < classes.Length; k++)
        {
            classes[k] = new float[c.Cropped.Count];
            AnisotropicResampling.Resample(AxisOrder.Transpose<float>(c.Probabilities[k], network, c.Backward), turned, classes[k], c.Cropped, axis, order, orderZ);
        }

        return classes;
    }

    /// <summary>The labels of the whole image, decided before they are resampled, as modes fast and fastest do.</summary>
    public static short[] LabelsFirst(ExportCase c, bool nearest)
    {
        Extent network = c.Probabilities.Extent;
        short[] decided = new short[network.Count], resampled = new short[c.Cropped.Count];
        for (int i = 0; i < decided.Length; i++)
        {
            int best = 0;
            for (int k = 1; k < c.Probabilities.Channels; k++) best = c.Probabilities[k][i] > c.Probabilities[best][i] ? k : best;
            decided[i] = (short)best;
        }

        int? axis = AnisotropicResampling.SeparateAxis(Spacing.From(c.Properties.OriginalSpacing.AsSpan()), Spacing.From(c.Properties.SpacingAfterResampling.AsSpan()));
        short[] turned = AxisOrder.Transpose<short>(decided, network, c.Backward);
        AnisotropicResampling.ResampleLabels(turned, network.Transpose(c.Backward), resampled, c.Cropped, nearest ? null : axis, nearest ? 0 : 1, 0);
        Volume<short> image = new(c.Properties.OriginalExtent);
        for (int z = 0, i = 0; z < c.Cropped.Z; z++)
        {
            for (int y = 0; y < c.Cropped.Y; y++)
            {
                for (int x = 0; x < c.Cropped.X; x++, i++) image[c.Margin.Z + z, c.Margin.Y + y, c.Margin.X + x] = resampled[i];
            }
        }

        return image.Voxels;
    }

    /// <summary>The labels of the whole image.</summary>
    public static short[] Labels(ExportCase c, float[][] classes)
    {
        Volume<short> image = new(c.Properties.OriginalExtent);
        for (int z = 0, i = 0; z < c.Cropped.Z; z++)
        {
            for (int y = 0; y < c.Cropped.Y; y++)
            {
                for (int x = 0; x < c.Cropped.X; x++, i++)
                {
                    int best = 0;
                    for (int k = 1; k < classes.Length; k++) best = classes[k][i] > classes[best][i] ? k : best;
                    image[c.Margin.Z + z, c.Margin.Y + y, c.Margin.X + x] = (short)best;
                }
            }
        }

        return image.Voxels;
    }
}
