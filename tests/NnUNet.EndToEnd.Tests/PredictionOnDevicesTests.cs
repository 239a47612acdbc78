using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary><c>nnUNet_predict --devices cpu:2</c>: two processes share the cases, and what happens where one of them dies.</summary>
public sealed class PredictionOnDevicesTests : IDisposable
{
    private const int Cases = 8;

    private readonly TemporaryFolder _folder = new();

    public PredictionOnDevicesTests()
    {
        SyntheticDataset.Write(_folder["w/raw/nnUNet_raw_data/Task900_Tiny"], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = Cases, Edge = 20 });
        BuiltProgram.Run("nnUNet_plan_and_preprocess", "-t", "900", "-pl3d", "None", "--workspace", _folder["w"]).MustSucceed();
        BuiltProgram.Run("nnUNet_train", "2d", "nnUNetTrainerV2", "900", "0", "--epochs", "1", "--iterations", "2", "--workspace", _folder["w"]).MustSucceed();
    }

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void ACallOnTwoDevices_MakesTheSame_AndGoesOnWhereOneOfItsProcessesWasKilled()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "/proc says which processes predict");

        // Given the segmentations of one device
        Start("one", "--json", _folder["one.json"]).WaitForEnd().MustSucceed();

        // When one of two processes is killed as soon as a segmentation is there
        ProgramResult disturbed;
        using (ChildProgram program = Start("two", "--devices", "cpu:2", "--json", _folder["two.json"]))
        {
            int[] both = [];
            program.WaitUntil(() => (both = ProcessesBelow.Of(program, "nnUNet_predict")).Length == 2 && Segmentations("two").Length > 0, "two predictions at a time");
            ProcessesBelow.Kill(both[0]);
            disturbed = program.WaitForEnd();
        }

        // Then what it had left is told as failed, in text and document, and the other one's cases are done
        JsonNode told = JsonNode.Parse(File.ReadAllText(_folder["two.json"]))!["result"]!;
        string[] failed = [.. told["failures"]!.AsArray().Select(static f => (string)f!["case"]!)];
        Assert.Equal(1, disturbed.ExitCode);
        Assert.NotEmpty(failed);
        Assert.All(failed, one => Assert.Contains($"{one} (network): on cpu: predicting on cpu: its process was killed by signal 9 (SIGKILL)", disturbed.Error, StringComparison.Ordinal));
        Assert.Equal(Cases, failed.Length + told["predicted"]!.AsArray().Count);

        // And a repeated call does the rest; bit for bit what one device makes, and it fits for one device too
        using (ChildProgram again = Start("two", "--devices", "cpu,cpu")) Assert.Contains($"{failed.Length} predicted", again.WaitForEnd().MustSucceed().Output, StringComparison.Ordinal);
        Assert.Equal(Cases, Segmentations("two").Length);
        Assert.Equal(Segmentations("one"), Segmentations("two"));
        Assert.Contains($"0 predicted, {Cases} were there already", Start("two").WaitForEnd().MustSucceed().Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void SIGTERM_StopsAllOfIt_AndARepeatedCallGoesOn()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "signals are sent with kill, and /proc says which processes predict");
        int[] both = [];
        using (ChildProgram program = Start("out", "--devices", "cpu:2"))
        {
            program.WaitUntil(() => (both = ProcessesBelow.Of(program, "nnUNet_predict")).Length == 2 && Segmentations("out").Length > 0, "two predictions at a time");

            program.Signal("TERM");

            Assert.Equal(130, program.WaitForEnd().ExitCode);
        }

        Assert.All(both, static id => Assert.True(ProcessesBelow.Ends(id), "a prediction goes on without its command"));
        Assert.InRange(Segmentations("out").Length, 1, Cases - 1);
        using ChildProgram again = Start("out", "--devices", "cpu:2");
        again.WaitForEnd().MustSucceed();
        Assert.Equal(Cases, Segmentations("out").Length);
    }

    private string[] Segmentations(string output) => !Directory.Exists(_folder[output]) ? [] :
    [
        .. Directory.GetFiles(_folder[output], "*.nii.gz").Order(StringComparer.Ordinal)
            .Select(static file => $"{Path.GetFileName(file)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}"),
    ];

    private ChildProgram Start(string output, params string[] more) => BuiltProgram.Start(
        ["nnUNet_predict", "-i", _folder["w/raw/nnUNet_raw_data/Task900_Tiny/imagesTs"], "-o", _folder[output], "-t", "900", "-m", "2d", "-f", "0", .. more, "--workspace", _folder["w"]]);
}
