using NnUNet.Core.Cascade;
using NnUNet.Core.Cropping;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Tests.Models;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Cascade;

public sealed class PreviousStageInputTests
{
    [SkippableTheory]
    [InlineData("predict_input_identity", 0, 1, 2)]
    [InlineData("predict_input_transpose_201", 2, 0, 1)]
    public void Labels_EqualTheRecordedOnes(string name, int first, int second, int third)
    {
        // Given
        IReadOnlyDictionary<string, NpyArray> arrays = NpzFile.Read(TestData.Golden($"cascade/{name}.npz"));
        Volume<short> labels = new(arrays["seg_prev_original"].ToArray<short>(), ExtentOf(arrays["seg_prev_original"]));

        // When
        short[] prepared = PreviousStageInput.Prepare(
            labels, Properties(labels.Extent, BoundingBox.Whole(labels.Extent)), Transposed(first, second, third), ExtentOf(arrays["seg_resized"]));

        // Then
        Assert.Equal(arrays["seg_resized"].ToArray<short>(), prepared);
    }

    [Fact]
    public void ACroppedImage_HasItsLabelsCroppedAlike()
    {
        // Given: a block of label 1 that fills the crop's upper half
        Extent extent = new(8, 6, 6);
        BoundingBox box = new(new Extent(2, 1, 1), new Extent(4, 4, 4));
        Volume<short> labels = new(new short[extent.Count], extent);
        for (int y = 1; y < 5; y++)
        {
            for (int x = 1; x < 5; x++) (labels[4, y, x], labels[5, y, x]) = (1, 1);
        }

        // When
        short[] prepared = PreviousStageInput.Prepare(labels, Properties(extent, box), Transposed(0, 1, 2), new Extent(8, 4, 4));

        // Then: twice the slices, so the last four of eight
        Assert.All(prepared.Take(4 * 16), static label => Assert.Equal(0, label));
        Assert.All(prepared.Skip(4 * 16), static label => Assert.Equal(1, label));
    }

    [Fact]
    public void LabelsOfAnotherImage_AreRefused()
    {
        Volume<short> labels = new(new short[27], new Extent(3, 3, 3));

        DescribedException error = Assert.Throws<DescribedException>(
            () => PreviousStageInput.Prepare(labels, Properties(new Extent(3, 3, 4), BoundingBox.Whole(new Extent(3, 3, 4))), Transposed(0, 1, 2), new Extent(3, 3, 4)));

        Assert.Contains("has 3x3x3 voxels (z, y, x), but the image 3x3x4", error.Message, StringComparison.Ordinal);
    }

    private static ModelContract Transposed(params int[] order)
    {
        Plan plan = SmallPlan.Create() with { TransposeForward = order.ToValueArray() };
        return PlanContract.Of(plan, 1, plan.Network! with { PreviousStage = true });
    }

    private static Extent ExtentOf(NpyArray array) => new((int)array.Shape[^3], (int)array.Shape[^2], (int)array.Shape[^1]);

    private static CaseProperties Properties(Extent extent, BoundingBox box) => new()
    {
        OriginalSizeOfRawData = extent.ToArray().ToValueArray(),
        OriginalSpacing = [1, 1, 1],
        ItkOrigin = [0, 0, 0],
        ItkSpacing = [1, 1, 1],
        ItkDirection = [1, 0, 0, 0, 1, 0, 0, 0, 1],
        CropBbox = [[box.Start.Z, box.End.Z], [box.Start.Y, box.End.Y], [box.Start.X, box.End.X]],
        SizeAfterCropping = box.Size.ToArray().ToValueArray(),
        SpacingAfterResampling = [1, 1, 1],
    };
}
