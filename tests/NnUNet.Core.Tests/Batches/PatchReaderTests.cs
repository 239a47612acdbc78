using System.Text.Json;
using NnUNet.Core.Augmentation;
using NnUNet.Core.Batches;
using NnUNet.Core.Tests.Augmentation;
using NnUNet.Files.Numpy;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Batches;

public sealed class PatchReaderTests
{
    [SkippableTheory]
    [InlineData("dl3d_low")]
    [InlineData("dl3d_high")]
    [InlineData("dl3d_inside")]
    public void Patches_EqualTheRecordedOnes(string name)
    {
        // Given
        JsonElement facts = AugmentationGolden.Index("dataloader_cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        IReadOnlyDictionary<string, NpyArray> arrays = NpzFile.Read(TestData.Golden($"augmentation/{name}.npz"));
        MemoryCase source = CaseOf(arrays["case_data_plus_seg"], arrays["seg_prev_stage"]);
        BoundingBox box = new(Extent.From(AugmentationGolden.Ints(facts.GetProperty("bbox_lower"))), Extent.From(AugmentationGolden.Ints(facts.GetProperty("patch_size"))));
        PatchBuffer patch = new(source.Channels, previousStage: true);

        // When
        new PatchReader().Read(source, box, patch);

        // Then
        Assert.Equal(arrays["data_out"].ToArray<float>(), AugmentationGolden.AllChannels(patch));
        Assert.Equal(
            arrays["seg_out"].ToArray<float>(),
            patch.Segmentation.ToArray().Concat(patch.PreviousStage.ToArray()).Select(static l => (float)l));
    }

    [Fact]
    public void FarOutside_EverythingIsPadding()
    {
        PatchBuffer patch = new(1);

        new PatchReader().Read(MemoryCase.Numbered(1, new Extent(4, 4, 4)), new BoundingBox(new Extent(50, 0, 0), new Extent(2, 2, 2)), patch);

        Assert.All(patch.Channel(0).ToArray(), static v => Assert.Equal(0, v));
        Assert.All(patch.Segmentation.ToArray(), static l => Assert.Equal(-1, l));
    }

    private static MemoryCase CaseOf(NpyArray array, NpyArray previousStage)
    {
        Extent extent = new((int)array.Shape[1], (int)array.Shape[2], (int)array.Shape[3]);
        float[][] channels = [.. array.ToArray<float>().Chunk((int)extent.Count)];
        return new MemoryCase("case", extent, channels, [], previousStage.ToArray<short>());
    }
}
