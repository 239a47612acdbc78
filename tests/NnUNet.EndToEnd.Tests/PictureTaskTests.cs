using NnUNet.Core.Evaluation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>Tasks whose images are pictures, or TIFF stacks, go from masks of 0 and 255 to evaluated segmentations in the same format.</summary>
public sealed class PictureTaskTests : IDisposable
{
    private const string Task = "Task091_Pictures";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".png", 1)]
    [InlineData(".tif", 6)]
    public void Pictures_AreTrainedAndPredictedAsTheyLieThere(string ending, int slices)
    {
        // Given grey images with a bright square each, whose masks are 0 and 255
        string raw = _folder[$"w/raw/nnUNet_raw_data/{Task}"];
        for (int i = 0; i < 6; i++)
        {
            (Volume<short> image, Volume<short> mask) = Square(i, slices);
            ImageFile.WriteLabels(Path.Combine(raw, i < 5 ? "imagesTr" : "imagesTs", $"case{i}_0000{ending}"), image);
            ImageFile.WriteLabels(_folder[$"{(i < 5 ? "masks" : "masksTs")}/case{i}{ending}"], mask);
        }

        // When
        Run("convert_images", "-i", _folder["masks"], "-o", Path.Combine(raw, "labelsTr"), "--labels", "--transform", "255:1", "--ending", ending);
        Run("convert_images", "-i", _folder["masksTs"], "-o", _folder["labelsTs"], "--labels", "--transform", "255:1", "--ending", ending);
        Run("generate_dataset_json", raw, "--channels", "grey", "--labels", "background", "square");
        string verified = Run("nnUNet_plan_and_preprocess", "-t", "91", "-pl3d", "None", "--verify_dataset_integrity");
        Run("nnUNet_train", "2d", "nnUNetTrainerV2", "91", "0", "--epochs", "1", "--iterations", "2");
        Run("nnUNet_predict", "-i", Path.Combine(raw, "imagesTs"), "-o", _folder["out"], "-t", "91", "-m", "2d", "-f", "0", "--disable_tta", "-z");
        Run("overlay", "-i", Path.Combine(raw, "imagesTs"), "-p", _folder["out"], "-r", _folder["labelsTs"], "-o", _folder["drawn"]);
        Run("nnUNet_evaluate_folder", "-ref", _folder["labelsTs"], "-pred", _folder["out"], "-l", "1");

        // Then
        Assert.Contains("verifying: 6/6", verified, StringComparison.Ordinal);
        ImageLocation segmentation = Assert.Single(ImageLocation.In(_folder["out"]));
        ImageHeader image0 = ImageFile.ReadHeader(Path.Combine(raw, "imagesTs", "case5_0000" + ending)), header = ImageFile.ReadHeader(segmentation.Path);
        Assert.Equal((ending, image0.Extent, image0.Geometry), (segmentation.Ending, header.Extent, header.Geometry));
        Assert.Single(SegmentationSummary.Read(_folder["out/summary.json"]).Results.All);
        Assert.True(File.Exists(_folder["drawn/case5.png"]));
    }

    private static (Volume<short> Image, Volume<short> Mask) Square(int seed, int slices)
    {
        Extent extent = new(slices, 40, 44);
        ImageGeometry geometry = slices == 1 ? ImageGeometry.Identity with { Dimensions = 2 } : ImageGeometry.FromSpacing(new Spacing(3, 0.5, 0.5));
        Volume<short> image = new(extent, geometry), mask = new(extent, geometry);
        for (int i = 0; i < image.Voxels.Length; i++)
        {
            int y = i / extent.X % extent.Y, x = i % extent.X;
            bool inside = y > 8 + seed && y < 22 + seed && x > 10 && x < 25 + seed;
            image.Voxels[i] = (short)((inside ? 150 : 60) + (i * 7919 % 23));
            mask.Voxels[i] = (short)(inside ? 255 : 0);
        }

        return (image, mask);
    }

    private string Run(params string[] arguments) => BuiltProgram.Run([.. arguments, "--workspace", _folder["w"]]).MustSucceed().Output;
}
