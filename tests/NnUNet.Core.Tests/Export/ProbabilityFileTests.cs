using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Cropping;
using NnUNet.Core.Export;
using NnUNet.Files.Numpy;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Export;

public sealed class ProbabilityFileTests
{
    private const double HalfOfOne = 5e-4; // the spacing of float16 below 1

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Write_TurnedCase_HoldsEveryClassOfTheCroppedImage(int order)
    {
        // Given
        ExportCase c = new(new(9, 11, 13), new(31, 20, 17), new(2, 0, 3), new(1, 1, 1), new(1, 1, 1), ExportCase.Turned);
        float[][] expected = PlainExport.Classes(c, order);
        using TemporaryFolder folder = new();

        // When
        ProbabilityFile.Write(folder["case.npz"], ProbabilityMaps.From(c.Probabilities), c.Properties, c.Contract, new ExportOptions { Order = order });

        // Then
        NpyArray softmax = NpzFile.Read(folder["case.npz"])["softmax"];
        Assert.Equal("<f2", softmax.DType);
        Assert.Equal([4, 31, 20, 17], softmax.Shape);
        Golden.AssertClose("softmax", expected.SelectMany(static k => k).ToArray(), softmax.ToArray<float>(), HalfOfOne);
        CaseProperties properties = ProductJson.Read<CaseProperties>(folder["case.json"]);
        Assert.Equal(c.Properties.CropBbox, properties.CropBbox);
    }

    [SkippableFact]
    public void Write_GoldenSoftmax_EqualsTheOriginalsResampling()
    {
        // Given: recorded with order 1, as the export resamples
        IReadOnlyDictionary<string, NpyArray> recorded = NpzFile.Read(TestData.Golden("resampling/p19_softmax_order1.npz"));
        ExportCase c = new(new(20, 24, 22), new(30, 33, 37), new(0, 0, 0), new(1, 1.1, 0.9), new(1.5, 1.5, 1.5), ExportCase.Straight);
        float[] input = recorded["data_in"].ToArray<float>();
        MultiChannelArray<float> maps = new(c.Probabilities.Extent, [.. input.Chunk((int)c.Probabilities.Extent.Count)]);
        float[] expected = recorded["data_out"].ToArray<float>();
        using TemporaryFolder folder = new();

        // When
        ProbabilityFile.Write(folder["case.npz"], ProbabilityMaps.From(maps), c.Properties, c.Contract);
        Volume<short> labels = SegmentationExporter.Export(maps, c.Properties, c.Contract);

        // Then
        Golden.AssertClose("softmax", expected, NpzFile.Read(folder["case.npz"])["softmax"].ToArray<float>(), HalfOfOne);
        Assert.Equal(PlainExport.Labels(c, [.. expected.Chunk(30 * 33 * 37)]), labels.Voxels);
    }

    [Fact]
    public void Write_ThePickleBeside_HasTheJsonsContentInTheOriginalsTypes()
    {
        // Given
        ExportCase c = new(new(9, 11, 13), new(17, 20, 31), new(2, 0, 3), new(1, 1, 1), new(1, 1, 1), ExportCase.Straight);
        CaseProperties properties = c.Properties with
        {
            UseNonzeroMaskForNorm = new SortedDictionary<int, bool> { [0] = true },
            Unknown = new Dictionary<string, JsonElement> { ["regions_class_order"] = JsonSerializer.SerializeToElement<int[]>([1, 2]) },
        };
        using TemporaryFolder folder = new();

        // When
        ProbabilityFile.Write(folder["case.npz"], ProbabilityMaps.From(c.Probabilities), properties, c.Contract);
        PickleDictionary pickle = Assert.IsType<PickleDictionary>(PickleFile.Read(folder["case.pkl"]));

        // Then
        JsonObject json = ProductJson.Read<JsonObject>(folder["case.json"]);
        json.Remove("dimensions"); // the original does not know it
        Assert.Equal(json.Select(static p => p.Key).Order(StringComparer.Ordinal), pickle.Keys.Cast<string>().Order(StringComparer.Ordinal));
        Assert.True(JsonNode.DeepEquals(json, PickleJson.ToNode(pickle)), $"{json} {PickleJson.ToNode(pickle)}");
        Assert.All(Assert.IsType<List<object?>>(pickle["crop_bbox"]), static axis => Assert.Equal(2, Assert.IsType<List<object?>>(axis).Count)); // changed in place
        Assert.All(Assert.IsType<PickleTuple>(pickle["itk_spacing"]), static mm => Assert.IsType<double>(mm));
        Assert.Equal([0L], Assert.IsType<PickleDictionary>(pickle["use_nonzero_mask_for_norm"]).Keys);
    }

    [Fact]
    public void Write_Twice_WritesTheSameBytes()
    {
        // Given
        ExportCase c = new(new(9, 11, 13), new(17, 20, 31), new(2, 0, 3), new(1, 1, 1), new(1, 1, 1), ExportCase.Straight);
        using TemporaryFolder folder = new();

        // When
        ProbabilityFile.Write(folder["a.npz"], ProbabilityMaps.From(c.Probabilities), c.Properties, c.Contract);
        ProbabilityFile.Write(folder["b.npz"], ProbabilityMaps.From(c.Probabilities), c.Properties, c.Contract, new ExportOptions { Threads = 1 });

        // Then
        Assert.Equal(File.ReadAllBytes(folder["a.npz"]), File.ReadAllBytes(folder["b.npz"]));
        Assert.Equal(File.ReadAllBytes(folder["a.pkl"]), File.ReadAllBytes(folder["b.pkl"]));
    }
}
