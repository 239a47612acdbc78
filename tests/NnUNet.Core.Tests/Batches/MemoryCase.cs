using NnUNet.Core.Batches;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Batches;

/// <summary>A case in memory.</summary>
internal sealed class MemoryCase(string caseId, Extent extent, float[][] channels, Dictionary<int, int[]> locations, short[]? previousStage = null) : TrainingCase
{
    public override string CaseId => caseId;

    public override int Channels => channels.Length - 1;

    public override Extent Extent => extent;

    public override IReadOnlyDictionary<int, int[]> ClassLocations => locations;

    /// <summary>A case whose voxels are waves and whose labels are balls, different for every number.</summary>
    public static MemoryCase Numbered(int number, Extent extent)
    {
        float[] image = new float[extent.Count];
        float[] labels = new float[extent.Count];
        Dictionary<int, int[]> locations = new() { [1] = [], [2] = [] };
        for (int i = 0; i < image.Length; i++)
        {
            int z = i / extent.SliceCount;
            int y = i / extent.X % extent.Y;
            int x = i % extent.X;
            image[i] = MathF.Sin((0.3f * z) + (0.2f * y * number) + (0.1f * x));
            double distance = Math.Sqrt(Math.Pow(z - (extent.Z / 2.0), 2) + Math.Pow(y - (extent.Y / 2.0), 2) + Math.Pow(x - (extent.X / 2.0), 2));
            labels[i] = distance < 2 ? 2 : distance < 4 ? 1 : i % 29 == 0 ? -1 : 0;
            if (labels[i] > 0) locations[(int)labels[i]] = [.. locations[(int)labels[i]], z, y, x];
        }

        return new MemoryCase($"case_{number:000}", extent, [image, labels], locations);
    }

    public override void ReadBox(int channel, BoundingBox box, Span<float> into) => Read(channels[channel], box, into);

    public override void ReadPreviousStage(BoundingBox box, Span<short> into) => Read(previousStage!, box, into);

    private void Read<T>(T[] voxels, BoundingBox box, Span<T> into)
    {
        int i = 0;
        for (int z = box.Start.Z; z < box.End.Z; z++)
        {
            for (int y = box.Start.Y; y < box.End.Y; y++)
            {
                for (int x = box.Start.X; x < box.End.X; x++) into[i++] = voxels[(((z * extent.Y) + y) * extent.X) + x];
            }
        }
    }
}

/// <summary>A case that cannot be read.</summary>
internal sealed class BrokenCase : TrainingCase
{
    public override string CaseId => "case_broken";

    public override int Channels => 1;

    public override Extent Extent => new(8, 8, 8);

    public override IReadOnlyDictionary<int, int[]> ClassLocations => new Dictionary<int, int[]>();

    public override void ReadBox(int channel, BoundingBox box, Span<float> into) => throw new IOException("the file is cut off.");
}
