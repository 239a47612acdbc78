using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>A data set of pairs of files, with what systems leave in its folders, from the raw files to scored segmentations.</summary>
public sealed class PairsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Raw => _folder["w/raw/nnUNet_raw_data/Task900_Tiny"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".hdr", ".img", new[] { "2d", "3d_fullres" }, new[] { "--ending", ".nii" }, ".nii")]
    [InlineData(".hdr.gz", ".img.gz", new[] { "2d" }, new string[0], ".hdr.gz")]
    public void TheWholeMethod_WorksOnPairs(string header, string voxels, string[] configurations, string[] options, string expected)
    {
        // Given
        SyntheticDataset.Write(Raw, new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 1, Edge = 20 });
        foreach (string path in Directory.GetFiles(Raw, "*.nii.gz", SearchOption.AllDirectories)) ToPair(path, header);
        string description = Path.Combine(Raw, DatasetDescription.FileName);
        File.WriteAllText(description, File.ReadAllText(description).Replace(".nii.gz", header, StringComparison.Ordinal));
        string[] command = ["run", "-t", "900", "-i", Path.Combine(Raw, "imagesTs"), "-o", _folder["out"], "--epochs", "1", "--iterations", "1", "--disable_tta", "-f", "0", "1", "-m", .. configurations, .. options];

        // When
        ProgramResult run = Run(command);
        Run(["nnUNet_evaluate_folder", "-ref", Path.Combine(Raw, "labelsTs"), "-pred", _folder["out"], "-l", "1", "2"]);
        ProgramResult again = Run([.. command, "--dry-run"]);

        // Then
        Assert.Contains("Best: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("Everything is done.", again.Output, StringComparison.Ordinal);
        Assert.Equal(expected, Assert.Single(ImageLocation.In(_folder["out"])).Ending);
        string model = _folder["w/results/nnUNet/2d/Task900_Tiny/nnUNetTrainerV2__nnUNetPlansv2.1"];
        foreach (string folder in (string[])["gt_niftis", "fold_0/validation_raw", "fold_0/validation_raw_postprocessed", "cv_niftis_raw"])
        {
            Assert.NotEmpty(Directory.GetFiles(Path.Combine(model, folder), "*" + header));
            Assert.Equal(Directory.GetFiles(Path.Combine(model, folder), "*" + header).Length, Directory.GetFiles(Path.Combine(model, folder), "*" + voxels).Length);
        }

        Assert.Single(SegmentationSummary.Read(Path.Combine(_folder["out"], SegmentationSummary.FileName)).Results.All);
    }

    private static void ToPair(string path, string ending)
    {
        string stem = path[..^".nii.gz".Length];
        if (Path.GetFileName(Path.GetDirectoryName(path))!.StartsWith("labels", StringComparison.Ordinal)) ImageFile.WriteLabels(stem + ending, ImageFile.ReadLabels(path));
        else ImageFile.WriteVolume(stem + ending, ImageFile.ReadVolume(path));
        File.Delete(path);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(path)!, "._" + Path.GetFileName(stem) + ending), "no image");
    }

    private ProgramResult Run(string[] arguments) => BuiltProgram.Start([.. arguments, "--workspace", _folder["w"]]).WaitForEnd().MustSucceed();
}
