using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Files.Numpy;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Export;

/// <summary>Logits and regions on their way back to the image.</summary>
public sealed class OutputsTests
{
    private static readonly Spacing Isotropic = new(1, 1, 1);

    [Fact]
    public void Export_LogitsOfRegions_ArePaintedWhereTheyArePositive()
    {
        // Given
        MultiChannelArray<float> logits = new(new Extent(1, 1, 4), [-0.1f, 2, 2, 2], [-1, -1, 0.4f, 0.4f], [-3, -3, -3, 0.1f]);
        ExportCase c = new(new(1, 1, 4), new(1, 1, 4), new(0, 0, 0), Isotropic, Isotropic, ExportCase.Straight);

        // When
        Volume<short> labels = SegmentationExporter.Export(logits, c.Properties, c.Regions(AveragedOutput.Logits, 2, 1, 3));

        // Then
        Assert.Equal([0, 2, 1, 3], labels.Voxels);
    }

    [Theory]
    [InlineData(OutputActivation.Softmax)]
    [InlineData(OutputActivation.Sigmoid)]
    public void Write_Logits_MakesProbabilitiesOfThemOnTheImagesGrid(OutputActivation activation)
    {
        // Given logits of four outputs in turned axes that need no resampling
        ExportCase c = new(new(4, 5, 3), new(3, 4, 5), new(1, 0, 2), Isotropic, Isotropic, ExportCase.Turned);
        ModelContract contract = activation == OutputActivation.Sigmoid
            ? c.Regions(AveragedOutput.Logits, 1, 2, 3, 4)
            : c.Contract with { Outputs = new OutputContract(activation, AveragedOutput.Logits) };
        using TemporaryFolder folder = new();

        // When
        ProbabilityFile.Write(folder["case.npz"], ProbabilityMaps.From(Logits(c)), c.Properties, contract);

        // Then
        float[] written = [.. NpzFile.Read(folder["case.npz"])[ProbabilityFile.Key].ToArray<Half>().Select(static h => (float)h)];
        ProbabilityFile.Write(folder["expected.npz"], ProbabilityMaps.From(Activated(Logits(c), activation)), c.Properties, c.Contract);
        float[] expected = [.. NpzFile.Read(folder["expected.npz"])[ProbabilityFile.Key].ToArray<Half>().Select(static h => (float)h)];
        Assert.Equal(expected, written, static (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Equal(activation == OutputActivation.Sigmoid, ProbabilityFile.ReadProperties(folder["case.npz"])[0].RegionsClassOrder is not null);
    }

    [Fact]
    public void Take_EqualValues_LeaveTheLowestClassInBothKindsOfLabels()
    {
        // Given
        LabelRule rule = LabelRule.OfProbabilities([]);
        float[] best = [float.NegativeInfinity, float.NegativeInfinity], alsoBest = [.. best];
        int[] labels = new int[2];
        short[] shorts = new short[2];

        // When
        for (int k = 0; k < 3; k++)
        {
            float[] values = [0.3f, k * 0.1f];
            rule.Take(values, k, best, labels);
            rule.Take(values, k, alsoBest, shorts);
        }

        // Then
        Assert.Equal([0, 2], labels);
        Assert.Equal<short>([0, 2], shorts);
    }

    private static MultiChannelArray<float> Logits(ExportCase c)
    {
        for (int k = 0; k < 4; k++)
        {
            for (int i = 0; i < c.Probabilities[k].Length; i++) c.Probabilities[k][i] = (c.Probabilities[k][i] * 8) - 3;
        }

        MultiChannelArray<float> copy = new(c.Probabilities.Extent, [.. Enumerable.Range(0, 4).Select(k => (float[])c.Probabilities[k].Clone())]);
        for (int k = 0; k < 4; k++)
        {
            for (int i = 0; i < c.Probabilities[k].Length; i++) c.Probabilities[k][i] = (c.Probabilities[k][i] + 3) / 8;
        }

        return copy;
    }

    private static MultiChannelArray<float> Activated(MultiChannelArray<float> logits, OutputActivation activation)
    {
        for (int i = 0; i < logits.Extent.Count; i++)
        {
            double sum = Enumerable.Range(0, logits.Channels).Sum(k => Math.Exp(logits[k][i]));
            for (int k = 0; k < logits.Channels; k++)
            {
                double e = Math.Exp(logits[k][i]);
                logits[k][i] = (float)(activation == OutputActivation.Sigmoid ? e / (1 + e) : e / sum);
            }
        }

        return logits;
    }
}
