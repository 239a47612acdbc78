using NnUNet.Imaging.Algorithms;

namespace NnUNet.Imaging.Tests.Algorithms;

/// <summary>Volumes for tests: noise, and labels in blobs.</summary>
internal static class Volumes
{
    public static float[] Noise(Extent extent, uint seed = 1, float scale = 1000)
    {
        NumpyRandomState random = new(seed);
        return [.. Enumerable.Range(0, (int)extent.Count).Select(_ => (float)random.Uniform(-scale, scale))];
    }

    /// <summary>Labels that change every few voxels, so that there are both borders and insides.</summary>
    public static short[] Labels(Extent extent, short lowest = -1, short highest = 3, uint seed = 2)
    {
        NumpyRandomState random = new(seed);
        const int Block = 3;
        Extent blocks = new((extent.Z / Block) + 1, (extent.Y / Block) + 1, (extent.X / Block) + 1);
        short[] ofBlock = [.. Enumerable.Range(0, (int)blocks.Count).Select(_ => (short)random.Randint(lowest, highest + 1))];
        short[] labels = new short[extent.Count];
        for (int i = 0; i < labels.Length; i++)
        {
            int z = i / extent.SliceCount / Block, y = i / extent.X % extent.Y / Block, x = i % extent.X / Block;
            labels[i] = ofBlock[(((z * blocks.Y) + y) * blocks.X) + x];
        }

        return labels;
    }
}
