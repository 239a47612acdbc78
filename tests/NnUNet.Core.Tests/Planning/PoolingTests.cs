using System.Text.Json.Nodes;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Planning;

public sealed class PoolingTests
{
    [SkippableFact]
    public void BySpacing_AllRecordedCalls_EqualsTheOriginal()
    {
        JsonArray calls = GoldenPlans.Read(TestData.Golden("pooling.json"))["cases"]!.AsArray();

        Assert.Equal(80, calls.Count);
        Assert.All(calls, static call =>
        {
            JsonObject c = call!.AsObject();
            PoolingTopology topology = Pooling.BySpacing(
                Values<double>(c["spacing"]).AsSpan(), Values<int>(c["patch_size"]).AsSpan(), (int)c["min_feature_map_size"]!, (int)c["max_numpool"]!);
            Assert.Equal(Values<int>(c["num_pool_per_axis"]), topology.NumPoolPerAxis);
            Assert.Equal(Values<ValueArray<int>>(c["pool_op_kernel_sizes"]), topology.PoolOpKernelSizes);
            Assert.Equal(Values<ValueArray<int>>(c["conv_kernel_sizes"]), topology.ConvKernelSizes);
            Assert.Equal(Values<int>(c["padded_patch"]), topology.PatchSize);
            Assert.Equal(Values<int>(c["must_be_divisible_by"]), topology.MustBeDivisibleBy);
            Assert.Equal((long)c["vram"]!["value"]!, NetworkMemory.PlainUNet(topology.PatchSize.AsSpan(), topology.PoolOpKernelSizes, Size(c["vram"]!)));
        });
    }

    [Fact]
    public void BySpacing_CoarseAxis_IsPooledOnceTheOthersAreAsCoarse()
    {
        PoolingTopology topology = Pooling.BySpacing([3, 1, 1], [16, 64, 64]);

        Assert.Equal(Lists([1, 2, 2], [2, 2, 2], [2, 2, 2], [1, 2, 2]), topology.PoolOpKernelSizes);
        Assert.Equal(Lists([1, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3]), topology.ConvKernelSizes);
    }

    [Fact]
    public void Late_AxesOfDifferentLength_ArePooledTogetherAtTheEnd()
    {
        PoolingTopology topology = Pooling.Late([3, 1, 1], [16, 64, 100]);

        Assert.Equal([2, 4, 4], topology.NumPoolPerAxis);
        Assert.Equal(Lists([1, 2, 2], [1, 2, 2], [2, 2, 2], [2, 2, 2]), topology.PoolOpKernelSizes);
        Assert.Equal(Lists([1, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3]), topology.ConvKernelSizes);
        Assert.Equal([16, 64, 112], topology.PatchSize);
    }

    [Fact]
    public void Late_AxisShorterThanTheBottleneck_IsNotPooled()
    {
        PoolingTopology topology = Pooling.Late([999, 1, 1], [1, 64, 64]);

        Assert.Equal([0, 4, 4], topology.NumPoolPerAxis);
        Assert.Equal([1, 64, 64], topology.PatchSize);
    }

    [Theory]
    [InlineData(50, 2.5)]
    [InlineData(10, 1.3)]
    [InlineData(0, 1)]
    [InlineData(100, 4)]
    public void Percentile_BetweenValues_IsInterpolated(double percent, double expected) =>
        Assert.Equal(expected, Quantiles.Percentile([4, 1, 3, 2], percent), 12);

    [Fact]
    public void Median_OfNothing_IsNaN() => Assert.True(double.IsNaN(Quantiles.Median([])));

    private static ValueArray<T> Values<T>(JsonNode? node) => System.Text.Json.JsonSerializer.Deserialize<ValueArray<T>>(node, ProductJson.Options);

    private static ValueArray<ValueArray<int>> Lists(params int[][] rows) => [.. rows.Select(static r => new ValueArray<int>(r))];

    private static NetworkSize Size(JsonNode vram) => new(
        (int)vram["base_num_features"]!, (int)vram["max_num_features"]!, (int)vram["num_modalities"]!, (int)vram["num_classes"]!, (int)vram["conv_per_stage"]!);
}
