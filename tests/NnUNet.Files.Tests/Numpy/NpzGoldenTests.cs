using NnUNet.Files.Numpy;
using NnUNet.Testing;

namespace NnUNet.Files.Tests.Numpy;

public sealed class NpzGoldenTests
{
    [SkippableFact]
    public void Read_EveryGoldenNpz_GivesArraysThatFillTheirShape()
    {
        // Given
        string[] files = Directory.GetFiles(TestData.Golden(string.Empty), "*.npz", SearchOption.AllDirectories);

        // When
        List<NpyArray> arrays = [.. files.SelectMany(static f => NpzFile.Read(f).Values)];

        // Then
        Assert.True(arrays.Count > 500, $"{arrays.Count} arrays");
        Assert.All(arrays, static a => Assert.Equal(a.Shape.Aggregate(1L, static (x, y) => x * y), a.Count));
    }

    [SkippableFact]
    public void Read_PreprocessedHippocampus_GivesTheRecordedStatistics()
    {
        // Given
        string file = TestData.Golden("hippocampus/preprocessed_3d_hippocampus_001.npz");

        // When
        NpyArray data = NpzFile.Read(file)["data"];

        // Then: minimum, maximum and labels of hippocampus_001 in preprocessed_stats.json
        float[] image = data.ToArray<float>()[..(35 * 51 * 35)];
        Assert.Equal([2L, 35, 51, 35], data.Shape);
        Assert.Equal(-2.463583469390869, image.Min());
        Assert.Equal(3.0224552154541016, image.Max());
    }
}
