using NnUNet.Core.Export;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Export;

public sealed class TemporaryProbabilitiesTests
{
    private static readonly Extent Grid = new(5, 4, 3);

    [Fact]
    public void Rows_AreWhatWasWritten_AsFloat16()
    {
        // Given
        using TemporaryFolder folder = new();
        using TemporaryProbabilities file = new(folder["new"], 2, Grid);
        float[] values = [.. Enumerable.Range(0, 2 * (int)Grid.Count).Select(static i => MathF.Sin(i))];
        file.Write(1, 0, values.AsSpan(60, 24));
        file.Write(1, 2, values.AsSpan(84, 36));
        file.Write(0, 0, values.AsSpan(0, 60));

        // When
        float[] rows = file.Rows(1, new RowBlock(1, 3, 2, 2), new float[18], out RowBlock given).ToArray();

        // Then
        float[] expected = [.. Enumerable.Range(1, 3).SelectMany(z => values[(60 + (z * 12) + 6)..(60 + (z * 12) + 12)]).Select(static v => (float)(Half)v)];
        Assert.Equal(expected, rows);
        Assert.Equal(new RowBlock(1, 3, 2, 2), given);
    }

    [Fact]
    public void TheFile_IsGoneAfterwards()
    {
        // Given
        using TemporaryFolder folder = new();
        TemporaryProbabilities file = new(folder.Root, 2, Grid);
        file.Write(0, 0, new float[60]);

        // When
        file.Dispose();

        // Then
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Root));
    }

    [Fact]
    public void Export_FromTheFile_EqualsThatFromMemory()
    {
        // Given probabilities that float16 holds exactly
        using TemporaryFolder folder = new();
        ExportCase c = new(new(9, 11, 13), new(31, 20, 17), new(2, 0, 3), new(1, 1, 1), new(1, 1, 1), ExportCase.Turned);
        foreach (float[] map in Enumerable.Range(0, c.Probabilities.Channels).Select(k => c.Probabilities[k])) Round(map);
        using TemporaryProbabilities file = new(folder.Root, c.Probabilities.Channels, c.Probabilities.Extent);
        for (int k = 0; k < c.Probabilities.Channels; k++) file.Write(k, 0, c.Probabilities[k]);

        // When
        short[] fromFile = SegmentationExporter.Export(file, c.Properties, c.Contract).Voxels;

        // Then
        Assert.Equal(SegmentationExporter.Export(c.Probabilities, c.Properties, c.Contract).Voxels, fromFile);
    }

    private static void Round(float[] map)
    {
        for (int i = 0; i < map.Length; i++) map[i] = (float)(Half)map[i];
    }
}
