using System.Runtime.InteropServices;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom.DataSets;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Tests;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Workflows.Tests.Prediction;

/// <summary>Images and segmentations in other endings than <c>.nii.gz</c>.</summary>
public sealed class ResultEndingTests : LeakCheckedTest
{
    [Theory]
    [InlineData(".nii", null, "a.nii")]
    [InlineData(".hdr", null, "a.hdr", "a.img")]
    [InlineData(".NII.GZ", null, "a.nii.gz")]
    [InlineData(".nii.gz", ".hdr.gz", "a.hdr.gz", "a.img.gz")]
    public void Segmentations_GetTheEndingThatIsAskedForOrThatOfTheImages(string images, string? asked, params string[] files)
    {
        // Given: what systems leave in folders, too
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        ImageFile.WriteVolume(folder["in/a_0000" + images], SmallModel.Image());
        File.WriteAllText(folder["in/._a_0000" + images], "no image");
        File.WriteAllText(folder["in/Thumbs.db"], "no image");

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Ending = asked });

        // Then
        Assert.Empty(report.Failures);
        Assert.Empty(report.Ignored);
        Assert.Equal([.. files, "plans.json"], Files(folder["out"]));
        Assert.Equal(files[0], "a" + report.Ending);
        using Segmenter segmenter = Segmenter.Load(model.Folder);
        Assert.Equal(segmenter.Predict(SmallModel.Image()).Segmentation.Voxels, ImageFile.ReadLabels(folder["out/" + files[0]]).Voxels);
    }

    [Theory]
    [InlineData(".hdr", null, "a.hdr", "a.img")]
    [InlineData(".hdr", ".nii", "a.nii")]
    [InlineData(".dcm", null, "a.nii.gz")] // of no format that is written here: the image's own
    public void TheFileEndingOfTheModelsDataset_GoesBeforeThatOfTheImages(string fileEnding, string? asked, params string[] files)
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        WriteImages(folder, "a");
        File.WriteAllText(Path.Combine(model.Folder, "dataset.json"), $$"""{ "modality": { "0": "MR" }, "labels": { "0": "background" }, "training": [], "file_ending": "{{fileEnding}}" }""");

        // When
        PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Ending = asked });

        // Then
        Assert.Equal([.. files, "plans.json"], Files(folder["out"]));
    }

    [Fact]
    public void ImagesOfSeveralEndings_GiveOneFolderOfOneEnding_ThatOfTheFirst()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        WriteImages(folder, "b");
        ImageFile.WriteVolume(folder["in/a_0000.nii"], SmallModel.Image());

        // When
        PredictRun.Run(model.Folder, folder["in"], folder["out"]);

        // Then
        Assert.Equal(["a.nii", "b.nii", "plans.json"], Files(folder["out"]));
    }

    [Fact]
    public void AFolderThatWasBegunInAnotherEnding_GoesOnInIt_AndNoCaseComesTwice()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        WriteImages(folder, "a");
        PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Ending = ".hdr" });
        WriteImages(folder, "b");

        // When
        PredictReport again = PredictRun.Run(model.Folder, folder["in"], folder["out"]);
        DescribedException e = Assert.Throws<DescribedException>(() => PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Ending = ".nii" }));
        string[] before = Files(folder["out"]);
        PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Ending = ".nii", Overwrite = true });

        // Then
        Assert.Equal(["a"], again.Skipped);
        Assert.Equal(["b"], again.Predicted);
        Assert.Equal(["a.hdr", "a.img", "b.hdr", "b.img", "plans.json"], before);
        Assert.Equal("segmentations of 2 of these cases are there already, but not as .nii, the first is a.hdr", e.What);
        Assert.Equal(["a.nii", "b.nii", "plans.json"], Files(folder["out"]));
    }

    [Fact]
    public void PairsThatAreOutdated_AreMovedAsideWhole()
    {
        // Given
        using SmallModel model = new(folds: 2);
        using TemporaryFolder folder = new();
        WriteImages(folder, "a");
        PredictRunOptions options = new() { Ending = ".hdr", Predict = new PredictOptions { Folds = ["1"] } };
        PredictRun.Run(model.Folder, folder["in"], folder["out"], options);
        new PostprocessingDecision { ForWhichClasses = [ComponentRegion.Joint([1, 2])] }.Write(Path.Combine(model.Folder, PostprocessingDecision.FileName));

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], options with { Ending = null });

        // Then
        Assert.Equal(["a"], report.Postprocessed);
        Assert.Equal(["a.hdr", "a.img"], Files(folder["out/replaced"]));
        Assert.Equal(["a.hdr", "a.img", "plans.json", "postprocessing.json"], Files(folder["out"]));
        Assert.NotEqual(ImageFile.ReadLabels(folder["out/replaced/a.hdr"]).Voxels, ImageFile.ReadLabels(folder["out/a.hdr"]).Voxels);
    }

    [Fact]
    public void TheLowResolutionsSegmentations_MayHaveAnyEndingAndComposition()
    {
        // Given: the image composed, the segmentation decomposed and a pair
        using SmallModel second = new(previousStage: true);
        using TemporaryFolder folder = new();
        WriteImages(folder, "M\u00fcller", "twice");
        ImageFile.WriteLabels(folder["low/Mu\u0308ller.hdr"], SmallModel.LowResolution());
        ImageFile.WriteLabels(folder["low/twice.hdr"], SmallModel.LowResolution());
        ImageFile.WriteLabels(folder["low/twice.nii"], SmallModel.LowResolution());
        File.WriteAllText(folder["low/._M\u00fcller.nii.gz"], "no image");

        // When
        PredictReport report = PredictRun.Run(second.Folder, folder["in"], folder["out"], new PredictRunOptions { PreviousStageFolder = folder["low"] });

        // Then
        Assert.Equal(["M\u00fcller"], report.Predicted);
        Assert.Equal($"twice.hdr and twice.nii in {folder["low"]} are the same case in two formats", Assert.Single(report.Failures).Reason);
    }

    [Fact]
    public void Faults_OfAnEndingThatIsNotKnown_ListTheKnownOnes() => Assert.Equal(
        "the ending is .xyz, but known are .hdr, .hdr.gz, .nii, .nii.gz, .seg.dcm", Assert.Single(new PredictRunOptions { Ending = ".xyz" }.Faults()));

    [Theory]
    [InlineData("in/a_0000", "in")]
    [InlineData("in/a", "in")]
    [InlineData("a", "a")]
    public void ADicomSeries_IsPredictedAsNifti_AndNamedAfterItsFolder(string series, string input)
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        WriteSeries(folder[series], SmallModel.Image());

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder[input], folder["out"], new PredictRunOptions());

        // Then
        Assert.Empty(report.Failures);
        Assert.Equal(["a.nii.gz", "plans.json"], Files(folder["out"]));
        using Segmenter segmenter = Segmenter.Load(model.Folder);
        Volume<short> labels = ImageFile.ReadLabels(folder["out/a.nii.gz"]);
        Assert.Equal(segmenter.Predict(SmallModel.Image()).Segmentation.Voxels, labels.Voxels);
        Assert.Equal(SmallModel.Image().Geometry, labels.Geometry);
    }

    /// <summary>Writes an image as one file a slice, in floating point, the last slice first.</summary>
    private static void WriteSeries(string folder, Volume<float> image)
    {
        for (int z = 0; z < image.Extent.Z; z++)
        {
            DicomFile.Write(Path.Combine(folder, $"IM{image.Extent.Z - z:00}"), new DicomDataSet()
                .AddText(DicomTag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.30")
                .AddText(DicomTag.SOPInstanceUID, $"1.2.3.{z + 1}")
                .AddText(DicomTag.SeriesInstanceUID, "1.2.3")
                .AddNumbers(DicomTag.ImagePositionPatient, image.Geometry.ItkOrigin[0], image.Geometry.ItkOrigin[1], image.Geometry.ItkOrigin[2] + z)
                .AddNumbers(DicomTag.ImageOrientationPatient, 1, 0, 0, 0, 1, 0)
                .AddNumbers(DicomTag.PixelSpacing, 1, 1)
                .AddNumbers(DicomTag.Rows, image.Extent.Y)
                .AddNumbers(DicomTag.Columns, image.Extent.X)
                .AddBytes(DicomTag.FloatPixelData, MemoryMarshal.AsBytes(image.Slice(z)).ToArray()));
        }
    }

    private static void WriteImages(TemporaryFolder folder, params string[] ids)
    {
        foreach (string id in ids) ImageFile.WriteVolume(folder[$"in/{id}_0000.nii.gz"], SmallModel.Image());
    }

    private static string[] Files(string folder) => [.. Directory.EnumerateFiles(folder).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
}
