using System.Text.Json.Nodes;
using NnUNet.Files.Numpy;
using NnUNet.Imaging.Algorithms;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Algorithms;

public class GaussianFilterTests
{
    [SkippableTheory]
    [InlineData("blur_3d_1", 0)]
    [InlineData("blur_3d_1", 1)]
    [InlineData("blur_2d", 0)]
    [InlineData("blur_2d", 1)]
    [InlineData("blur_3d_only_channel1", 1)]
    public void Apply_RecordedBlur_GivesTheOriginalsImage(string name, int channel)
    {
        // Given
        IReadOnlyDictionary<string, NpyArray> arrays = NpzFile.Read(TestData.Golden($"augmentation/{name}.npz"));
        JsonNode index = JsonNode.Parse(File.ReadAllText(TestData.Golden("augmentation/index.json")))!;
        double sigma = (double)index["cases"]!.AsArray().Single(c => (string)c!["name"]! == name)!["sigma_per_channel"]![channel]!;
        int[] shape = [.. arrays["data_in"].Shape.Skip(1).Select(static n => (int)n)];
        Extent extent = shape.Length == 3 ? Extent.From(shape) : new Extent(1, shape[0], shape[1]);
        float[] data = Channel(arrays["data_in"], extent, channel);

        // When: the single slice of a 2D image is its own mirror image
        GaussianFilter.Apply(data, extent, (sigma, sigma, sigma), FilterBorder.Reflect);

        // Then
        float[] expected = Channel(arrays["data_out"], extent, channel);
        Golden.AssertClose(name, expected, data, 5e-7 * expected.Max(Math.Abs));
    }

    [SkippableTheory]
    [InlineData("40x56x40")]
    [InlineData("20x24x16")]
    [InlineData("8x8x8")]
    [InlineData("7x9x11")]
    [InlineData("56x40")]
    [InlineData("16x33")]
    public void Apply_SinglePeakWithZerosAround_GivesTheImportanceMap(string size)
    {
        // Given: the original's map is a peak in the middle, smoothed by an eighth of the size, then divided by its largest value
        float[] expected = NpzFile.Read(TestData.Golden("network/gaussian_maps.npz"))[size].ToArray<float>();
        int[] shape = [.. size.Split('x').Select(int.Parse)];
        Extent extent = shape.Length == 3 ? Extent.From(shape) : new Extent(1, shape[0], shape[1]);
        float[] data = new float[extent.Count];
        data[(((extent.Z / 2 * extent.Y) + (extent.Y / 2)) * extent.X) + (extent.X / 2)] = 1;

        // When
        GaussianFilter.Apply(data, extent, (shape.Length == 3 ? extent.Z / 8.0 : 0, extent.Y / 8.0, extent.X / 8.0), FilterBorder.Zero);

        // Then
        float largest = data.Max();
        Golden.AssertClose(size, expected, Array.ConvertAll(data, v => v / largest), 1e-6);
    }

    [Theory]
    [InlineData(FilterBorder.Zero)]
    [InlineData(FilterBorder.Nearest)]
    [InlineData(FilterBorder.Reflect)]
    public void Apply_NoiseOnSeveralThreads_EqualsThePlainTwin(FilterBorder border)
    {
        // Given: the third axis is shorter than the kernel, so that the mirror image repeats
        Extent extent = new(11, 300, 5);
        float[] data = Volumes.Noise(extent, scale: 1);
        float[] expected = Plain(Plain(Plain(data, extent, 0, 0.7, border), extent, 1, 2.1, border), extent, 2, 1.9, border);

        // When
        GaussianFilter.Apply(data, extent, (0.7, 2.1, 1.9), border, degree: 0);

        // Then
        Golden.AssertClose($"{border}", expected, data, 1e-6);
    }

    [Fact]
    public void Apply_SigmaOfZero_LeavesTheAxisAsItIs()
    {
        // Given
        Extent extent = new(2, 3, 4);
        float[] data = Volumes.Noise(extent);
        float[] before = [.. data];

        // When
        GaussianFilter.Apply(data, extent, (0, 0, 0), FilterBorder.Reflect);

        // Then
        Assert.Equal(before, data);
    }

    [Fact]
    public void Apply_NegativeSigma_IsRefused() =>
        Assert.Throws<ArgumentException>(() => GaussianFilter.Apply(new float[8], new Extent(2, 2, 2), (1, -1, 1), FilterBorder.Reflect));

    private static float[] Plain(float[] data, Extent extent, int axis, double sigma, FilterBorder border)
    {
        int radius = (int)((4 * sigma) + 0.5);
        double sum = Enumerable.Range(-radius, (2 * radius) + 1).Sum(k => Math.Exp(-0.5 * k * k / sigma / sigma));
        int step = axis == 0 ? extent.SliceCount : axis == 1 ? extent.X : 1;
        return [.. Enumerable.Range(0, data.Length).Select(i =>
        {
            int at = i / step % extent[axis];
            return (float)(Enumerable.Range(-radius, (2 * radius) + 1).Sum(k =>
                Math.Exp(-0.5 * k * k / sigma / sigma) * At(data, i - (at * step), step, at + k, extent[axis], border)) / sum);
        })];
    }

    private static double At(float[] data, int lineStart, int step, int at, int length, FilterBorder border)
    {
        if (border == FilterBorder.Zero && (at < 0 || at >= length)) return 0;
        while (border == FilterBorder.Reflect && (at < 0 || at >= length)) at = at < 0 ? -1 - at : (2 * length) - 1 - at;
        return data[lineStart + (Math.Clamp(at, 0, length - 1) * step)];
    }

    private static float[] Channel(NpyArray array, Extent extent, int channel) =>
        array.ToArray<float>().AsSpan(channel * (int)extent.Count, (int)extent.Count).ToArray();
}
