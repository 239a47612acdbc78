using NnUNet.Core.Evaluation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>The sample with an image format, a metric and a model format of one's own goes through every command that takes or gives images.</summary>
public sealed class AddAnImageFormatTests(AddAnImageFormatRun run) : IClassFixture<AddAnImageFormatRun>
{
    [Fact]
    public void Images_KeepVoxelsAndGeometry()
    {
        // Given
        Assert.NotEmpty(run.Outputs);
        string image = Assert.Single(ImageLocation.In(run.TestImages)).Path;
        Volume<float> volume = ImageFile.ReadVolume(image);

        // When
        ImageFile.WriteVolume(run["copy.vox"], volume);

        // Then
        Assert.Equal([image, Path.ChangeExtension(image, ".raw")], ImageLocation.FilesOf(image));
        Assert.NotEqual(ImageGeometry.Identity, volume.Geometry);
        Assert.Equal(volume.Geometry, ImageFile.ReadVolume(run["copy.vox"]).Geometry);
        Assert.Equal(volume.Voxels, ImageFile.ReadVolume(run["copy.vox"]).Voxels);
    }

    [Theory]
    [InlineData("extent 2147483647 2147483647 2147483647")]
    [InlineData("extent 0 1 1")]
    [InlineData("spacing 1 1")]
    [InlineData("type float64")]
    public void DamagedHeader_IsOneClearError(string line)
    {
        // Given
        Assert.NotEmpty(run.Outputs);
        string image = Assert.Single(ImageLocation.In(run.TestImages)).Path;
        string key = line.Split(' ')[0];
        string damaged = run[$"{key}{line.Length}.vox"];
        File.WriteAllLines(damaged, File.ReadAllLines(image).Select(l => l.StartsWith(key, StringComparison.Ordinal) ? line : l));
        File.Copy(Path.ChangeExtension(image, ".raw"), Path.ChangeExtension(damaged, ".raw"));

        // When, then
        Assert.Throws<Foundation.FileFormatException>(() => ImageFile.ReadVolume(damaged));
    }

    [Fact]
    public void ATask_IsDescribedVerifiedAndTrained()
    {
        Assert.Contains("5 cases preprocessed", run.Outputs["preprocess"], StringComparison.Ordinal);
        Assert.Contains("epoch 1/1", run.Outputs["train 0"], StringComparison.Ordinal);

        foreach (string folder in (string[])["gt_niftis", "fold_0/validation_raw", "fold_0/validation_raw_postprocessed", "cv_niftis_raw"])
        {
            Assert.NotEmpty(ImageLocation.In(Path.Combine(run.Model, folder)));
            Assert.All(ImageLocation.In(Path.Combine(run.Model, folder)), static image => Assert.Equal((AddAnImageFormatRun.Ending, 2), (image.Ending, image.Files.Count)));
        }
    }

    [Theory]
    [InlineData("fold 0", ".vox")]
    [InlineData("fold 1", ".nii.gz")]
    [InlineData("both", ".vox")]
    [InlineData("run", ".vox")]
    public void Segmentations_HaveTheirImagesGeometryAndTheEndingAskedFor(string folder, string ending)
    {
        Assert.NotEmpty(run.Outputs);

        ImageLocation segmentation = Assert.Single(ImageLocation.In(run[folder]));
        ImageHeader image = ImageFile.ReadHeader(Assert.Single(ImageLocation.In(run.TestImages)).Path);

        Assert.Equal(ending, segmentation.Ending);
        Assert.Equal(image.Extent, ImageFile.ReadHeader(segmentation.Path).Extent);
        for (int i = 0; i < 3; i++) Assert.Equal(image.Geometry.ItkSpacing[i], ImageFile.ReadHeader(segmentation.Path).Geometry.ItkSpacing[i], 1e-6);
    }

    [Fact]
    public void Evaluation_ComputesTheMetricOfOnesOwn()
    {
        Assert.Contains("Volume Similarity", run.Outputs["evaluate"], StringComparison.Ordinal);

        SegmentationSummary summary = SegmentationSummary.Read(Path.Combine(run["fold 0"], SegmentationSummary.FileName));

        Assert.InRange(Assert.Single(summary.Results.All).Labels["1"]["Volume Similarity"], 0, 1);
    }

    [Fact]
    public void Evaluation_NamesTheMetricsThereAre_WhereOneIsUnknown()
    {
        Assert.NotEmpty(run.Outputs);

        ProgramResult result = run.Run("nnUNet_evaluate_folder", "-ref", Path.Combine(run.Raw, "labelsTs"), "-pred", run["fold 0"], "-l", "1", "--metrics", "Similarity");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Volume Similarity", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Overlay_DrawsTheImages()
    {
        Assert.NotEmpty(run.Outputs);

        Assert.Single(Directory.GetFiles(run["pictures"], "*.png"), static file => Path.GetFileName(file) != "all_cases.png");
    }

    [Fact]
    public void Run_FindsWhatTheCommandsHaveDone()
    {
        Assert.Contains("Best: ", run.Outputs["run"], StringComparison.Ordinal);

        ProgramResult again = run.Run("run", "-t", "900", "-m", "2d", "-f", "0", "1", "-i", run.TestImages, "-o", run["run"], "--epochs", "1", "--iterations", "1", "--disable_tta", "-pl3d", "None", "--dry-run").MustSucceed();

        Assert.Contains("Everything is done.", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ModelFormatOfOnesOwn_PredictsAsTheModelItWasMadeOf()
    {
        // Given
        Assert.NotEmpty(run.Outputs);

        // When
        run.Run("nnUNet_predict", "-i", run.TestImages, "-o", run["by small"], "--model_folder", run.SmallModel, "--disable_tta").MustSucceed();
        ProgramResult info = run.Run("model_info", run.SmallModel, "--files_only").MustSucceed();

        // Then
        Assert.Contains("a small model", info.Output, StringComparison.Ordinal);
        Assert.Contains("2 box", info.Output, StringComparison.Ordinal);
        Assert.Equal(Labels("fold 0"), Labels("by small"));
        Assert.NotEmpty(Labels("by small").Distinct().Skip(1));
    }

    [Fact]
    public void WithoutThePlugin_TheImagesAreUnknown()
    {
        Assert.NotEmpty(run.Outputs);

        ProgramResult result = BuiltProgram.Run("nnUNet_predict", "-i", run.TestImages, "-o", run["none"], "--model_folder", run.Model);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(".nii.gz", result.Error, StringComparison.Ordinal);
    }

    private short[] Labels(string folder) => ImageFile.ReadLabels(Assert.Single(ImageLocation.In(run[folder])).Path).Voxels;
}
