using System.IO.Compression;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

/// <summary>The commands that bring models of nnU-Net v2 from one place to another.</summary>
public sealed class V2ModelCommandTests : IDisposable
{
    private const string Name = "nnUNetTrainer__nnUNetPlans__2d";
    private const string Model = "results/Dataset004_Hippocampus/" + Name;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void Export_AndInstallElsewhere_ByTheCommandsOfEitherGeneration()
    {
        // Given
        string[] export = ["nnUNetv2_export_model_to_zip", "-d", "4", "-o", _folder["a.zip"], "-c", "2d", "--results", TestData.Golden("model_v2/results")];

        // When
        ProgramRun strict = ProgramRun.Of(export), exported = ProgramRun.Of([.. export, "-f", "0", "1"]);
        ProgramRun first = ProgramRun.Of("nnUNetv2_install_pretrained_model_from_zip", _folder["a.zip"], "--workspace", _folder["v2"]);
        ProgramRun second = ProgramRun.Of("nnUNet_install_pretrained_model_from_zip", _folder["a.zip"], "--workspace", _folder["v1"]);
        ProgramRun again = ProgramRun.Of("nnUNetv2_install_pretrained_model_from_zip", _folder["a.zip"], "--workspace", _folder["v2"]);

        // Then
        Assert.Contains("there is no such fold; make it first, name what there is with -c, -f and -chk, or allow gaps with --not_strict", strict.Error, StringComparison.Ordinal);
        Assert.True((exported.ExitCode, first.ExitCode, second.ExitCode, again.ExitCode) == (0, 0, 0, 1), exported.Error + first.Error + second.Error);
        Assert.Contains($"Installed: {_folder["v2/" + Model]}", first.Output, StringComparison.Ordinal);
        Assert.Contains($"Installed: {_folder["v1/" + Model]}", second.Output, StringComparison.Ordinal);
        Assert.Contains("it would overwrite", again.Error, StringComparison.Ordinal);
        Assert.Equal(
            File.ReadAllBytes(TestData.Golden($"model_v2/results/Dataset004_Hippocampus/{Name}/fold_1/checkpoint_final.pth")), File.ReadAllBytes(_folder[$"v2/{Model}/fold_1/checkpoint_final.pth"]));
    }

    [SkippableFact]
    public void Install_OnlyWhatIsInAModelsFolder_TakesItsNameFromTheCheckpoint()
    {
        // Given
        string model = TestData.Golden($"model_v2/results/Dataset004_Hippocampus/{Name}");
        using (ZipArchive zip = ZipFile.Open(_folder["a.zip"], ZipArchiveMode.Create))
        {
            foreach (string file in (string[])["plans.json", "dataset.json", "fold_1/checkpoint_final.pth"]) zip.CreateEntryFromFile(Path.Combine(model, file), file);
        }

        // When
        ProgramRun told = ProgramRun.Of("nnUNetv2_install_pretrained_model_from_zip", _folder["a.zip"], "--workspace", _folder.Root);
        ProgramRun other = ProgramRun.Of("nnUNetv2_install_pretrained_model_from_zip", _folder["a.zip"], "--dataset", "Dataset733_MR", "--workspace", _folder.Root);

        // Then
        Assert.True((told.ExitCode, other.ExitCode) == (0, 0), told.Error + other.Error);
        Assert.True(File.Exists(_folder[$"{Model}/fold_1/checkpoint_final.pth"]));
        Assert.True(File.Exists(_folder[$"results/Dataset733_MR/{Name}/plans.json"]));
    }

    [Fact]
    public void Install_AModelOfV1_PutsItWhereV1HasIt()
    {
        // When
        ProgramRun run = ProgramRun.Of("nnUNetv2_install_pretrained_model_from_zip", Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", "modelzip", "v1.zip"), "--workspace", _folder.Root);

        // Then
        Assert.Equal(0, run.ExitCode);
        Assert.True(File.Exists(_folder["results/nnUNet/3d_fullres/Task001_A/nnUNetTrainerV2__nnUNetPlansv2.1/plans.pkl"]));
    }

    [SkippableFact]
    public void ModelInfo_TellsWhatSuchAModelIs()
    {
        // When
        ProgramRun info = ProgramRun.Of("model_info", TestData.Golden("model_v2/results/Dataset004_Hippocampus/nnUNetTrainer__nnUNetResEncUNetMPlans__3d_fullres"), "--device", "cpu");

        // Then
        Assert.True(info.ExitCode == 0, info.Error);
        Assert.Contains("nnU-Net v2", info.Output, StringComparison.Ordinal);
        Assert.Contains("trainer            nnUNetTrainer", info.Output, StringComparison.Ordinal);
        Assert.Contains("plans              nnUNetResEncUNetMPlans", info.Output, StringComparison.Ordinal);
        Assert.Contains("configuration      3d_fullres", info.Output, StringComparison.Ordinal);
        Assert.Contains("network            ResidualEncoderUNet, mirrored along axes 0, 1, 2", info.Output, StringComparison.Ordinal);
        Assert.Contains("labels             1 Anterior, 2 Posterior", info.Output, StringComparison.Ordinal);
        Assert.Contains("licence            CC-BY-SA 4.0", info.Output, StringComparison.Ordinal);
        Assert.Contains("memory             about", info.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Download_FromNoAddress_IsWrongUsage() => Assert.Equal(2, ProgramRun.Of("nnUNetv2_download_pretrained_model_by_url", "model.zip").ExitCode);
}
