using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

public sealed class ModelCommandTests : IDisposable
{
    private const string Model = "results/nnUNet/3d_fullres/Task001_A/nnUNetTrainerV2__nnUNetPlansv2.1";

    private readonly TemporaryFolder _folder = new();

    private static string Zip => Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", "modelzip", "v1.zip");

    [Fact]
    public void Install_TwiceAndWithForce_NamesWhatItWouldOverwrite()
    {
        // When
        ProgramRun first = ProgramRun.Of("nnUNet_install_pretrained_model_from_zip", Zip, "--workspace", _folder.Root);
        ProgramRun second = ProgramRun.Of("nnUNet_install_pretrained_model_from_zip", Zip, "--workspace", _folder.Root);
        ProgramRun third = ProgramRun.Of("nnUNet_install_pretrained_model_from_zip", Zip, "--force", "--workspace", _folder.Root);

        // Then
        Assert.Equal((0, 1, 0), (first.ExitCode, second.ExitCode, third.ExitCode));
        Assert.Contains($"Installed: {_folder[Model]}", first.Output, StringComparison.Ordinal);
        Assert.Contains($"it would overwrite {_folder[Model]}; move them away, or replace them with --force", second.Error, StringComparison.Ordinal);
        Assert.Contains("Replaced: 3d_fullres/Task001_A", third.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_AndInstallElsewhere_GivesTheSameModel()
    {
        // Given
        ProgramRun.Of("nnUNet_install_pretrained_model_from_zip", Zip, "--workspace", _folder.Root);

        // When
        ProgramRun export = ProgramRun.Of("nnUNet_export_model_to_zip", "-t", "1", "-m", "3d_fullres", "-f", "0", "--disable_strict", "-o", _folder["a.zip"], "--workspace", _folder.Root);
        ProgramRun install = ProgramRun.Of("nnUNet_install_pretrained_model_from_zip", _folder["a.zip"], "--workspace", _folder["other"]);

        // Then
        Assert.Equal((0, 0), (export.ExitCode, install.ExitCode));
        Assert.Contains("postprocessing.json is missing", export.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder[$"{Model}/plans.pkl"]), File.ReadAllBytes(_folder[$"other/{Model}/plans.pkl"]));
    }

    [Fact]
    public void ModelInfo_OfAPythonModel_TellsWhatItIs()
    {
        // Given
        ProgramRun.Of("nnUNet_install_pretrained_model_from_zip", Zip, "--workspace", _folder.Root);

        // When
        ProgramRun info = ProgramRun.Of("model_info", _folder[Model], "--files_only", "--workspace", _folder.Root);

        // Then
        Assert.Equal(0, info.ExitCode);
        Assert.Contains("generation         nnU-Net v1 (Python)", info.Output, StringComparison.Ordinal);
        Assert.Contains("channels           _0000 CT (CT)", info.Output, StringComparison.Ordinal);
        Assert.Contains("patch              4 x 4 x 4 voxels (z, y, x)", info.Output, StringComparison.Ordinal);
        Assert.Contains("fold 0             model_final_checkpoint.model", info.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ExportPython_AndAnotherTrainer_AreReadAgain()
    {
        // Given
        ProgramRun.Of("nnUNet_install_pretrained_model_from_zip", Zip, "--workspace", _folder.Root);

        // When
        ProgramRun export = ProgramRun.Of("export_python", _folder[Model], "-o", _folder["python"]);
        ProgramRun change = ProgramRun.Of("nnUNet_change_trainer_class", "-i", _folder["python"], "-tr", "MyTrainer");
        ProgramRun info = ProgramRun.Of("model_info", _folder["python"], "--files_only");

        // Then
        Assert.Equal((0, 0, 0), (export.ExitCode, change.ExitCode, info.ExitCode));
        Assert.Contains("Trainer: nnUNetTrainerV2", export.Output, StringComparison.Ordinal);
        Assert.Contains("the trainer MyTrainer is not one of nnU-Net's", info.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Print_ThePublishedModels_ListsThemWithChannelsAndLicence()
    {
        // When
        ProgramRun all = ProgramRun.Of("nnUNet_print_available_pretrained_models");
        ProgramRun one = ProgramRun.Of("nnUNet_print_pretrained_model_info", "5");
        ProgramRun none = ProgramRun.Of("nnUNet_print_pretrained_model_info", "Task999_X");

        // Then
        Assert.Contains("Task114_heart_MNMs", all.Output, StringComparison.Ordinal);
        Assert.Contains("channel _0001: ADC", one.Output, StringComparison.Ordinal);
        Assert.Contains("licence: CC BY-SA 4.0", one.Output, StringComparison.Ordinal);
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("there is no model called \"Task999_X\"", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Download_FromNoAddress_IsWrongUsage() => Assert.Equal(2, ProgramRun.Of("nnUNet_download_pretrained_model_by_url", "model.zip").ExitCode);

    public void Dispose() => _folder.Dispose();
}
