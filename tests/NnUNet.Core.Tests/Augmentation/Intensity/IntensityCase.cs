using System.Text.Json;
using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Augmentation.Intensity;

/// <summary>Images and draws for the tests of intensities.</summary>
internal static class IntensityCase
{
    /// <summary>The recorded numbers of the channels under a key of the case's facts.</summary>
    public static ChannelValues Values(AugmentationGolden golden, string key) => new(golden.Facts.GetProperty(key).EnumerateArray()
        .Select(static e => e.ValueKind == JsonValueKind.Null ? (double?)null : e.GetDouble()).ToValueArray());

    /// <summary>A recorded image, 2D as one slice; there is no segmentation.</summary>
    public static PatchBuffer Input(AugmentationGolden golden)
    {
        float[] data = golden.Values("data_in");
        Extent extent = golden.ExtentOf("data_in");
        int count = (int)extent.Count;
        PatchBuffer patch = new(data.Length / count);
        patch.Reset(extent);
        for (int c = 0; c < patch.Channels; c++) data.AsSpan(c * count, count).CopyTo(patch.Channel(c));
        return patch;
    }

    /// <summary>An image of one channel whose values have no order.</summary>
    public static PatchBuffer Waves(Extent extent)
    {
        PatchBuffer patch = new(1);
        patch.Reset(extent);
        for (int i = 0; i < extent.Count; i++) patch.Channel(0)[i] = MathF.Sin(i * 1.7f) + (0.3f * MathF.Cos(i * 0.013f)) - 0.2f;
        return patch;
    }

    /// <summary>The numbers of the first channel; null where a sample or channel was left as it was.</summary>
    public static double?[] Draws(ChannelAugmentation augmentation, int count = 40_000)
    {
        RandomStream random = new(21, 0, 0, 0);
        double?[] drawn = new double?[count];
        for (int i = 0; i < count; i++)
        {
            ChannelValues values = augmentation.Draw(ref random);
            drawn[i] = values.Values.Count > 0 ? values.Values[0] : null;
        }

        return drawn;
    }

    /// <summary>One number for one channel.</summary>
    public static ChannelValues One(double value) => new([value]);
}
