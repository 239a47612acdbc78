using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>Images that are folders of slices, with dots in their names as series have them, from a Decathlon task to evaluated and drawn segmentations.</summary>
public sealed class FolderImageTests : IDisposable
{
    private const string Task = "Task090_Tiny";
    private readonly TemporaryFolder _folder = new();

    private string Raw => _folder[$"w/raw/nnUNet_raw_data/{Task}"];

    private string Images => Path.Combine(Raw, "imagesTs");

    private string References => _folder["Task90_Tiny/labelsTs"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, ".nii.gz")]
    [InlineData(".series", ".series")]
    public void EveryCommand_TakesImagesThatAreFolders(string? ending, string expected)
    {
        // Given a task in the Decathlon's form
        PluginLoader.Load(TestData.Sample("AddAnImageFormat"));
        SyntheticDataset.Write(_folder["Task90_Tiny"], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 1, Edge = 20 });
        foreach (string path in Directory.GetFiles(_folder["Task90_Tiny"], "*.nii.gz", SearchOption.AllDirectories)) ToSeries(path, ending);
        ReplaceInDescription(_folder["Task90_Tiny"]);

        // When
        string[] asked = ending is null ? [] : ["--ending", ending];
        string[] predict = ["nnUNet_predict", "-i", Images, "-t", "90", "-m", "2d", "--disable_tta", .. asked];
        Run("nnUNet_convert_decathlon_task", "-i", _folder["Task90_Tiny"]);
        string verifiedAsConverted = Run("nnUNet_plan_and_preprocess", "-t", "90", "-pl3d", "None", "--verify_dataset_integrity");
        File.Delete(Path.Combine(Raw, DatasetDescription.FileName));
        Run("generate_dataset_json", Raw, "--channels", "MRI", "--labels", "background", "organ", "lesion");
        if (ending is not null) SetFileEnding(ending);
        string verifiedAsDescribed = Run("nnUNet_plan_and_preprocess", "-t", "90", "-pl3d", "None", "--verify_dataset_integrity");
        Run("nnUNet_train", "2d", "nnUNetTrainerV2", "90", "0", "--epochs", "1", "--iterations", "1", "--npz");
        Run("nnUNet_train", "2d", "nnUNetTrainerV2", "90", "1", "--epochs", "1", "--iterations", "1");
        Run([.. predict, "-f", "0", "-z", "-o", _folder["fold 0"]]);
        Run([.. predict, "-f", "1", "-z", "-o", _folder["fold 1"]]);
        Run([.. predict, "-f", "0", "-o", _folder["fold 0"], "-z"]); // goes on where it stopped
        Run(["nnUNet_ensemble", "-f", _folder["fold 0"], _folder["fold 1"], "-o", _folder["both"], .. asked]);
        Run("nnUNet_evaluate_folder", "-ref", References, "-pred", _folder["both"], "-l", "1", "2");
        string[] overlay = ["overlay", "-i", Images, "-p", _folder["both"], "-r", References];
        Run([.. overlay, "-o", _folder["pictures"]]);
        Run("overlay", "-i", SingleImage(Images).Path, "-p", SingleImage(_folder["both"]).Path, "-r", SingleImage(References).Path, "-o", _folder["one.png"]);
        string[] whole = ["run", "-t", "90", "-m", "2d", "-f", "0", "1", "-i", Images, "-o", _folder["run"], "--epochs", "1", "--iterations", "1", "--disable_tta", "-pl3d", "None", .. asked];
        Run(whole);

        // Then
        Assert.Contains("verifying: 6/6", verifiedAsConverted, StringComparison.Ordinal);
        Assert.Contains("verifying: 6/6", verifiedAsDescribed, StringComparison.Ordinal);
        Assert.Equal("case.1.005_0000", SingleImage(Images).Name);
        Assert.True(SingleImage(Images).IsFolder);
        string model = _folder[$"w/results/nnUNet/2d/{Task}/nnUNetTrainerV2__nnUNetPlansv2.1"];
        Assert.Equal(5, ImageLocation.In(Path.Combine(model, "gt_niftis")).Count(static i => i.IsFolder));
        foreach (string folder in (string[])[Path.Combine(model, "fold_0/validation_raw"), Path.Combine(model, "fold_0/validation_raw_postprocessed"), _folder["fold 0"], _folder["fold 1"], _folder["both"], _folder["run"]])
        {
            ImageLocation segmentation = SingleImage(folder);
            Assert.Equal(expected, segmentation.Ending);
            Assert.StartsWith("case.1.00", segmentation.Name, StringComparison.Ordinal);
        }

        ImageHeader image = ImageFile.ReadHeader(SingleImage(Images).Path);
        ImageHeader merged = ImageFile.ReadHeader(SingleImage(_folder["both"]).Path);
        Assert.Null(GeometryComparison.Difference(image.Extent, image.Geometry, merged.Extent, merged.Geometry));
        CaseScores scores = Assert.Single(SegmentationSummary.Read(Path.Combine(_folder["both"], SegmentationSummary.FileName)).Results.All);
        Assert.Equal("case.1.005", scores.CaseId);
        Assert.True(File.Exists(_folder["pictures/case.1.005.png"]));
        Assert.True(File.Exists(_folder["one.png"]));
        Assert.Contains("Everything is done.", Run([.. whole, "--dry-run"]), StringComparison.Ordinal);
    }

    private static ImageLocation SingleImage(string folder) => Assert.Single(ImageLocation.In(folder));

    /// <summary>synthetic_005.nii.gz and synthetic_005_0000.nii.gz become the folder case.1.005, with the ending that is given.</summary>
    private static void ToSeries(string path, string? ending)
    {
        string folder = Path.GetDirectoryName(path)!;
        string series = Path.Combine(folder, NewName(Path.GetFileName(path).Replace("_0000", "", StringComparison.Ordinal)));
        if (Path.GetFileName(folder).StartsWith("labels", StringComparison.Ordinal))
        {
            ImageFile.WriteLabels(series + ".series", ImageFile.ReadLabels(path));
        }
        else
        {
            ImageFile.WriteVolume(series + ".series", ImageFile.ReadVolume(path));
        }

        if (ending is null) Directory.Move(series + ".series", series);
        File.Delete(path);
    }

    private static string NewName(string name) => name.Replace("synthetic_", "case.1.", StringComparison.Ordinal).Replace(".nii.gz", "", StringComparison.Ordinal);

    private static void ReplaceInDescription(string task)
    {
        string path = Path.Combine(task, DatasetDescription.FileName);
        string series = Directory.Exists(Path.Combine(task, "imagesTs", "case.1.005")) ? "" : ".series";
        File.WriteAllText(path, File.ReadAllText(path).Replace(".nii.gz", series, StringComparison.Ordinal).Replace("synthetic_", "case.1.", StringComparison.Ordinal));
    }

    private void SetFileEnding(string ending)
    {
        string path = Path.Combine(Raw, DatasetDescription.FileName);
        ProductJson.Write(path, DatasetDescription.Read(path) with { FileEnding = ending });
    }

    private string Run(params string[] args) => BuiltProgram.Run([.. args, "--workspace", _folder["w"], "--plugin", TestData.Sample("AddAnImageFormat")]).MustSucceed().Output;
}
