using NnUNet.Core.Datasets;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

public sealed class ShowAugmentationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PreprocessedTask_BecomesAPicture()
    {
        // Given
        SyntheticDataset.Write(_folder["raw/nnUNet_raw_data/Task900_Demo"], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 0, Edge = 16 });
        ProgramRun preprocessing = ProgramRun.Of("nnUNet_plan_and_preprocess", "-t", "900", "-pl2d", "None", "--workspace", _folder.Root);

        // When
        ProgramRun run = ProgramRun.Of("show_augmentation", "900", "3d_fullres", "-o", _folder["a.png"], "--samples", "2", "--workspace", _folder.Root);

        // Then
        Assert.Equal((0, 0, ""), (preprocessing.ExitCode, run.ExitCode, run.Error));
        Assert.Contains($"Written: {_folder["a.png"]}", run.Output, StringComparison.Ordinal);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(_folder["a.png"])[..4]);
    }

    [Fact]
    public void TaskThatIsNotPreprocessed_SaysWhatToRun()
    {
        Directory.CreateDirectory(_folder["preprocessed/Task900_Demo"]);

        ProgramRun run = ProgramRun.Of("show_augmentation", "900", "3d_fullres", "-o", _folder["a.png"], "--workspace", _folder.Root);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("there is no plan for 3d_fullres of Task900_Demo; run nnUNet_plan_and_preprocess first", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["a.png"]));
    }

    [Theory]
    [InlineData("NETWORK is \"3d_full\", but must be one of 2d, 3d_lowres, 3d_fullres", "900", "3d_full", "-o", "a.png")]
    [InlineData("--samples is \"0\", but must be a whole number of at least 1", "900", "2d", "-o", "a.png", "--samples", "0")]
    public void WrongWords_AreWrongUsage(string expected, params string[] words)
    {
        ProgramRun run = ProgramRun.Of(["show_augmentation", .. words]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }
}
