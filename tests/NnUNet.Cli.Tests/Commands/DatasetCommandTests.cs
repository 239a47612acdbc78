using NnUNet.Core.Datasets;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

public sealed class DatasetCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void DecathlonTask_IsConverted()
    {
        // Given a task with one case, 4D as the Decathlon's
        WriteCase("Task07_Tiny", "case_1.nii.gz");
        File.WriteAllText(
            _folder["Task07_Tiny/dataset.json"],
            """{"name": "Tiny", "modality": {"0": "MRI"}, "labels": {"0": "background", "1": "x"}, "training": [{"image": "./imagesTr/case_1.nii.gz", "label": "./labelsTr/case_1.nii.gz"}], "test": []}""");

        // When
        ProgramRun run = ProgramRun.Of("nnUNet_convert_decathlon_task", "-i", _folder["Task07_Tiny"], "-output_task_id", "12", "--workspace", _folder["w"]);

        // Then
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Task012_Tiny", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["w/raw/nnUNet_raw_data/Task012_Tiny/imagesTr/case_1_0000.nii.gz"]));
    }

    [Fact]
    public void WrongInput_IsOneReportOfAllFaults()
    {
        ProgramRun run = ProgramRun.Of("nnUNet_convert_decathlon_task", "-i", _folder["nowhere"], "--workspace", _folder["w"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("imagesTr: the folder is missing", run.Error, StringComparison.Ordinal);
        Assert.Contains("dataset.json: the file is missing", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void DatasetJson_IsGeneratedFromTheFiles()
    {
        WriteCase("Task007_Tiny", "case_1.nii.gz", "case_1_0000.nii.gz");

        ProgramRun run = ProgramRun.Of("generate_dataset_json", _folder["Task007_Tiny"], "--channels", "CT", "--labels", "background", "liver", "--licence", "CC0");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        DatasetDescription description = DatasetDescription.Read(_folder["Task007_Tiny/dataset.json"]);
        Assert.Equal(["CT"], description.ChannelNames);
        Assert.Equal("liver", description.Labels["1"]);
        Assert.Equal("case_1", description.Training[0].CaseId);
    }

    [Fact]
    public void Folder_IsScored()
    {
        // Given two equal segmentations and a reference without prediction
        WriteCase("a", "case_1.nii.gz");
        WriteCase("b", "case_1.nii.gz");
        WriteCase("a", "case_2.nii.gz");

        // When
        ProgramRun run = ProgramRun.Of("nnUNet_evaluate_folder", "-ref", _folder["a/labelsTr"], "-pred", _folder["b/labelsTr"], "-l", "1");

        // Then
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("mean foreground Dice 1.0000 over 1 cases", run.Output, StringComparison.Ordinal);
        Assert.Contains("warning: case_2.nii.gz has no prediction", run.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["b/labelsTr/summary.json"]));
    }

    private void WriteCase(string task, string label, string? image = null)
    {
        Volume<short> labels = new(new Extent(3, 4, 5));
        labels[1, 1, 1] = 1;
        ImageFile.WriteLabels(_folder[$"{task}/labelsTr/{label}"], labels);
        ImageFile.WriteVolume(_folder[$"{task}/imagesTr/{image ?? label}"], new Volume<float>(labels.Extent));
    }
}
