using System.Buffers.Binary;
using System.Security.Cryptography;
using NnUNet.Core.Datasets;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary><c>nnunet train_all --devices cpu:2</c>: two folds at a time, each a process, and what happens to them where one of the processes dies.</summary>
public sealed class FoldsOnDevicesTests : IDisposable
{
    private static readonly string[] Length = ["-f", "0", "1", "--epochs", "3", "--iterations", "2"];

    private readonly TemporaryFolder _folder = new();

    public FoldsOnDevicesTests()
    {
        SyntheticDataset.Write(_folder["w/raw/nnUNet_raw_data/Task900_Tiny"], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 0, Edge = 20 });
        BuiltProgram.Run("nnUNet_plan_and_preprocess", "-t", "900", "-pl2d", "None", "--workspace", _folder["w"]).MustSucceed();
    }

    private string Results => _folder["w/results"];

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void AKilledFold_StopsNoOther_AndIsFinishedByRepeatingTheCommand()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "/proc says which process trains a fold");

        // Given the same work when nobody disturbs it
        using (ChildProgram undisturbed = Start(Length)) undisturbed.WaitForEnd().MustSucceed();
        Directory.Move(Results, _folder["expected"]);

        // When the process of fold 1 is killed while both train
        ProgramResult disturbed;
        using (ChildProgram program = Start(Length))
        {
            int[] both = [];
            program.WaitUntil(() => (both = ProcessesBelow.Of(program, "nnUNet_train")).Length == 2 && HasCheckpoint("1"), "two trainings at a time");
            int killed = both.Single(static id => ProcessesBelow.Arguments(id).SkipWhile(static a => a != "Task900_Tiny").ElementAtOrDefault(1) == "1");
            ProcessesBelow.Kill(killed);
            disturbed = program.WaitForEnd();
        }

        // Then fold 0 is done, and fold 1 is told with what ended it
        Assert.Equal(1, disturbed.ExitCode);
        Assert.Contains("3d_fullres, fold 1: training on cpu: its process was killed by signal 9 (SIGKILL)", disturbed.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Results, Model, "fold_0", "validation_raw", "summary.json")));
        Assert.False(File.Exists(Path.Combine(Results, Model, "fold_1", "model_final_checkpoint.safetensors")));

        // And the same command finishes it; both folds have the weights of the undisturbed ones, bit for bit
        using (ChildProgram again = Start(Length))
        {
            ProgramResult result = again.WaitForEnd().MustSucceed();
            Assert.Contains("1 of 2 folds are complete, 1 to do", result.Output, StringComparison.Ordinal);
        }

        Assert.All((string[])["0", "1"], fold => Assert.Equal(Weights(_folder["expected"], fold), Weights(Results, fold)));
    }

    [SkippableTheory]
    [InlineData("TERM", 130)]
    [InlineData("KILL", 137)]
    public void ASignalToTheCommand_EndsItsTrainingsWithCheckpoints(string signal, int exitCode)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "signals are sent with kill, and /proc says which processes train");

        // Given
        using ChildProgram program = Start("-f", "0", "1", "--epochs", "500", "--iterations", "2");
        int[] both = [];
        program.WaitUntil(() => (both = ProcessesBelow.Of(program, "nnUNet_train")).Length == 2 && HasCheckpoint("0") && HasCheckpoint("1"), "two trainings at a time");

        // When
        program.Signal(signal);
        ProgramResult result = program.WaitForEnd();

        // Then: also where the command cannot tell its children anything any more
        Assert.Equal(exitCode, result.ExitCode);
        Assert.All(both, static id => Assert.True(ProcessesBelow.Ends(id), "a training goes on without its command"));
        Assert.All((string[])["0", "1"], fold =>
        {
            Assert.False(File.Exists(Path.Combine(Results, Model, $"fold_{fold}", "training.lock")));
            Assert.Contains("\"event\":\"stop\"", File.ReadLines(Path.Combine(Results, Model, $"fold_{fold}", "training_log.jsonl")).Last(), StringComparison.Ordinal);
        });
    }

    [SkippableFact]
    public void ASecondSignal_EndsTheCommandAndItsTrainingsAtOnce()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "signals are sent with kill, and /proc says which processes train");

        // Given epochs that take minutes
        using ChildProgram program = Start("-f", "0", "1", "--epochs", "1", "--iterations", "5000");
        int[] both = [];
        program.WaitUntil(() => (both = ProcessesBelow.Of(program, "nnUNet_train")).Length == 2 && HasCheckpoint("0") && HasCheckpoint("1"), "two trainings at a time");

        // When
        program.Signal("TERM");
        program.Signal("TERM");

        // Then
        Assert.Equal(130, program.WaitForEnd().ExitCode);
        Assert.All(both, static id => Assert.True(ProcessesBelow.Ends(id), "a training goes on without its command"));
    }

    private static string Model => Path.Combine("nnUNet", "3d_fullres", "Task900_Tiny", "nnUNetTrainerV2__nnUNetPlansv2.1");

    /// <summary>All tensors of the final checkpoint; the header before them has its length in front, and among others the epochs' durations.</summary>
    private static string Weights(string results, string fold)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(results, Model, $"fold_{fold}", "model_final_checkpoint.safetensors"));
        return Convert.ToHexString(SHA256.HashData(file.AsSpan(sizeof(long) + (int)BinaryPrimitives.ReadInt64LittleEndian(file))));
    }

    private bool HasCheckpoint(string fold) => File.Exists(Path.Combine(Results, Model, $"fold_{fold}", "model_latest.safetensors"));

    private ChildProgram Start(params string[] options) => BuiltProgram.Start(["train_all", "900", .. options, "--devices", "cpu:2", "--workspace", _folder["w"]]);
}
