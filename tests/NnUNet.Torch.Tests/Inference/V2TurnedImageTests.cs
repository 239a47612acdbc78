using NnUNet.Core.Models;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Interop.V2.Results;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Tests.Inference;

/// <summary>Models of nnU-Net v2 whose reader turns images to RAS: turned images give the turned result of those that lie so already.</summary>
public sealed class V2TurnedImageTests : LeakCheckedTest
{
    private const string Dataset = """{"channel_names": {"0": "MR"}, "labels": {"background": 0, "a": 1, "b": 2}, "file_ending": ".nii.gz"}""";
    private static readonly PredictOptions Options = new() { Precision = ComputePrecision.Float32, KeepProbabilities = true };

    [Theory]
    [InlineData("NibabelIOWithReorient", "LPS")]
    [InlineData("NibabelIOWithReorient", "ASL")]
    [InlineData("SimpleITKIOWithReorient", "IRP")]
    [InlineData("SimpleITKIOWithReorient", "LAS")]
    public void Predict_ATurnedImage_GivesTheTurnedLabels(string reader, string letters)
    {
        // Given an image to RAS with another spacing along each axis, and the same image the other way round
        using TemporaryFolder folder = new();
        SmallV2Model.Write(folder["plain"], "3d_fullres", Dataset, 1, 3);
        SmallV2Model.Write(folder["turning"], "3d_fullres", Dataset, 1, 3, reader);
        Volume<float> image = Image(), turned = Reorientation.To(image, Orientation.TryParse(letters)!);

        // When
        using Segmenter plain = Segmenter.Load(folder["plain"], Options), turning = Segmenter.Load(folder["turning"], Options);
        SegmentationResult expected = plain.Predict(image), asItLies = turning.Predict(image), result = turning.Predict(turned), untold = plain.Predict(turned);
        short[] array = turning.Predict(image.Voxels, image.Extent, image.Geometry.Spacing);

        // Then
        Assert.Empty(turning.Model.Warnings);
        Assert.Equal(3, expected.Segmentation.Voxels.Distinct().Count());
        Assert.Equal(expected.Segmentation.Voxels, asItLies.Segmentation.Voxels);
        Assert.Equal(turned.Geometry, result.Segmentation.Geometry);
        Assert.Equal(turned.Extent, result.Segmentation.Extent);
        Assert.Equal(expected.Segmentation.Voxels, Reorientation.To(result.Segmentation, Orientation.Ras).Voxels);
        for (int k = 0; k < 3; k++) Assert.Equal(expected.Probabilities![k], result.Probabilities![k]);
        Assert.NotEqual(expected.Segmentation.Voxels, Reorientation.To(untold.Segmentation, Orientation.Ras).Voxels);
        Assert.Equal(expected.Segmentation.Voxels, array);
    }

    [Theory]
    [InlineData(PredictMode.Fast)]
    [InlineData(PredictMode.Fastest)]
    public void Predict_ByLabelsAlone_TurnsThemBackToo(PredictMode mode)
    {
        // Given
        using TemporaryFolder folder = new();
        SmallV2Model.Write(folder.Root, "3d_fullres", Dataset, 1, 3, "NibabelIOWithReorient");
        Volume<float> image = Image(), turned = Reorientation.To(image, Orientation.TryParse("SLP")!);

        // When
        using Segmenter segmenter = Segmenter.Load(folder.Root, Options with { Mode = mode });
        Volume<short> expected = segmenter.Predict(image).Segmentation, result = segmenter.Predict(turned).Segmentation;

        // Then
        Assert.Equal(turned.Geometry, result.Geometry);
        Assert.Equal(expected.Voxels, Reorientation.To(result, Orientation.Ras).Voxels);
    }

    [Fact]
    public void Predict_ACascade_TurnsTheStageBeforeWithTheImage()
    {
        // Given
        using TemporaryFolder folder = new();
        SmallV2Model.Write(folder.Root, "3d_cascade_fullres", Dataset, 3, 3, "NibabelIOWithReorient");
        Volume<float> image = Image(), turned = Reorientation.To(image, Orientation.TryParse("PSR")!);
        Volume<short> labels = new([.. Enumerable.Range(0, image.Voxels.Length).Select(static i => (short)(i / 5 % 3))], image.Extent, image.Geometry);
        Volume<short> turnedLabels = Reorientation.To(labels, Orientation.TryParse("PSR")!);

        // When: the labels of an array that tells no geometry lie on the image's grid too
        using Segmenter segmenter = Segmenter.Load(folder.Root, Options);
        SegmentationResult expected = segmenter.Predict([image], labels), result = segmenter.Predict([turned], new Volume<short>(turnedLabels.Voxels, turnedLabels.Extent));

        // Then
        for (int k = 0; k < 3; k++) Assert.Equal(expected.Probabilities![k], result.Probabilities![k]);
        Assert.Equal(expected.Segmentation.Voxels, Reorientation.To(result.Segmentation, Orientation.Ras).Voxels);
    }

    [Theory]
    [InlineData("NibabelIOWithReorient")]
    [InlineData("SimpleITKIOWithReorient")]
    public void WriteProbabilities_OfATurnedImage_AreThoseOfTheTurnedImageAndTellTheWayBack(string reader)
    {
        // Given
        using TemporaryFolder folder = new();
        SmallV2Model.Write(folder["model"], "3d_fullres", Dataset, 1, 3, reader);
        Volume<float> image = Image(), turned = Reorientation.To(image, Orientation.TryParse("LSA")!);
        foreach (string name in (string[])["straight", "turned"]) Directory.CreateDirectory(folder[name]);
        File.WriteAllText(folder["turned/dataset.json"], Dataset);

        // When
        using Segmenter segmenter = Segmenter.Load(folder["model"], Options);
        SegmentationResult straight = segmenter.Predict(image), result = segmenter.Predict(turned);
        straight.WriteProbabilities(folder["straight/a.npz"]);
        result.WriteProbabilities(folder["turned/a.npz"]);
        ProbabilityEnsemble.Merge([folder["turned"]], folder["merged"], saves: false, new SegmentationLoop(1, 0, null, default));

        // Then: as version 2 has them, and the segmentation that is made of them lies as the image does
        Assert.Equal(File.ReadAllBytes(folder["straight/a.npz"]), File.ReadAllBytes(folder["turned/a.npz"]));
        Assert.Equal(Orientation.Of(turned.Geometry), ProbabilityProperties.Of(folder["turned/a.npz"]).Original);
        Assert.Equal(Orientation.Ras, ProbabilityProperties.Of(folder["straight/a.npz"]).Original);
        Volume<short> merged = ImageFile.ReadLabels(folder["merged/a.nii.gz"]);
        Assert.Equal(result.Segmentation.Voxels, merged.Voxels);
        Assert.Equal(Orientation.Of(turned.Geometry), Orientation.Of(merged.Geometry));
        Assert.All(turned.Geometry.ItkOrigin.Zip(merged.Geometry.ItkOrigin), static pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void Predict_AnImageOfTwoAxes_IsRefused()
    {
        // Given
        using TemporaryFolder folder = new();
        SmallV2Model.Write(folder.Root, "3d_fullres", Dataset, 1, 3, "NibabelIOWithReorient");
        Extent extent = new(1, 10, 11);
        Volume<float> flat = new(new float[extent.Count], extent, ImageGeometry.Identity with { Dimensions = 2 });

        // When
        using Segmenter segmenter = Segmenter.Load(folder.Root, Options);

        // Then
        Assert.Contains("the image has two axes", Assert.ThrowsAny<DescribedException>(() => segmenter.Predict(flat)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CaseMemory_OfATurnedImage_CountsItTwice()
    {
        // Given
        using TemporaryFolder folder = new();
        SmallV2Model.Write(folder.Root, "3d_fullres", Dataset, 1, 3, "NibabelIOWithReorient");
        SmallV2Model.ResampleLogitsLinearly(folder.Root);
        ModelContract contract = ModelFolder.Open(folder.Root).Contract;
        Extent large = new(200, 300, 400);
        ImageGeometry straight = Orientation.Ras.GeometryOf(new Spacing(1, 1, 1)), other = ImageGeometry.Identity;

        // When
        CaseMemory asItLies = CaseMemory.Of(contract, large, straight, Options, saveProbabilities: false), turned = CaseMemory.Of(contract, large, other, Options, saveProbabilities: false);

        // Then
        Assert.True(turned.InMemory >= asItLies.InMemory && turned.InFile > asItLies.InFile, $"{turned} against {asItLies}");
    }

    /// <summary>An image to RAS that lies a little askew, with another spacing along each axis.</summary>
    private static Volume<float> Image()
    {
        Extent extent = new(9, 10, 11);
        (double sine, double cosine) = Math.SinCos(0.1);
        ImageGeometry geometry = new() { ItkSpacing = [1.5, 1, 0.75], ItkOrigin = [10, -20, 30], ItkDirection = [-cosine, sine, 0, -sine, -cosine, 0, 0, 0, 1] };
        return new Volume<float>([.. Enumerable.Range(0, (int)extent.Count).Select(static i => 1 + (float)(i * 37 % 101) + (i % 11))], extent, geometry);
    }
}
