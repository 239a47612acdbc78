using System.Diagnostics;
using NnUNet.Core.Datasets;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

public sealed class SubmitCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SubmitCommandTests() =>
        SyntheticDataset.Write(_folder["w/raw/nnUNet_raw_data/Task900_Tiny"], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 1, Edge = 16 });

    private string Images => _folder["w/raw/nnUNet_raw_data/Task900_Tiny/imagesTs"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ADryRun_PrintsEveryScript_AndChangesNothing()
    {
        ProgramRun run = Submit("900", "--dry-run", "-f", "0", "1", "--npz", "--epochs", "5", "--time", "24:00:00", "--gres", "gpu:1", "--cpus", "12", "--max-ram", "2.5", "--device", "cpu");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["preprocess", "train_2d", "train_3d_lowres", "train_3d_fullres", "train_3d_cascade_fullres", "choose"], Scripts(run));
        Assert.Contains("train_all Task900_Tiny -m 2d -f \"$element\" --max-time 23h55m --epochs 5 --npz --only-planned --device cpu --max-ram 2.5\n", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["w/results"]));
    }

    [Fact]
    public void APrediction_PrintsItsScript()
    {
        ProgramRun run = Submit("predict", "-i", Images, "-o", _folder["out put"], "-t", "900", "-m", "2d", "-f", "0", "--parts", "4", "-tr", "mine", "--npz", "--dry-run");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"nnUNet_predict -i {Images} -o '{_folder["out put"]}' -t Task900_Tiny -m 2d -f 0 -tr mine -z --num_parts 1 --part_id \"$element\"\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void TheState_IsToldWithoutSlurm()
    {
        ProgramRun run = Submit("900", "--status", "-m", "2d", "-f", "1");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("5 cases, to do: verify, measure and plan, preprocess 5", run.Output, StringComparison.Ordinal);
        Assert.Contains("3 to submit.", run.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void WithoutSlurm_ASubmissionPointsToTheDryRun()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "a PATH without Slurm is made for Linux");
        ProcessStartInfo start = new(Path.GetFullPath(Dotnet()), [Path.Combine(AppContext.BaseDirectory, "nnunet.dll"), "submit", "900", "-m", "2d", "--workspace", _folder["w"]]);
        start.Environment["PATH"] = _folder.Root;

        ProgramResult run = ChildProgram.Run(start);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("sbatch: there is no such program on this machine, so there is no Slurm to submit to; submit on a node of the cluster that has it, or see the scripts with --dry-run.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-i and -o together", "900", "-i", "x")]
    [InlineData("is for nnunet submit predict; the task stands behind submit", "900", "--parts", "3")]
    [InlineData("-t is missing", "predict", "-i", "x", "-o", "y")]
    [InlineData("-i and -o are missing", "predict", "-t", "900")]
    [InlineData("predict trains nothing, so it takes no --epochs, --nodes", "predict", "-t", "900", "-i", "x", "-o", "y", "--epochs", "3", "--nodes", "2")]
    [InlineData("give one configuration with -m", "predict", "-t", "900", "-i", "x", "-o", "y", "-m", "2d", "3d_fullres")]
    public void WrongUsage_IsTold(string expected, params string[] args)
    {
        ProgramRun run = Submit(args);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ATimeThatIsNone_IsToldWithTheFormsThereAre()
    {
        ProgramRun run = Submit("900", "--time", "tomorrow", "--dry-run");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("\"tomorrow\" is no time of a minute or more; give it as 24:00:00, 2-12:00:00, 90 (minutes), 12h or 1d12h", run.Error, StringComparison.Ordinal);
    }

    private ProgramRun Submit(params string[] args) => ProgramRun.Of(["submit", .. args, "--workspace", _folder["w"]]);

    private static string[] Scripts(ProgramRun run) =>
        [.. run.Output.Split('\n').Where(static line => line.StartsWith("##### ", StringComparison.Ordinal)).Select(static line => Path.GetFileNameWithoutExtension(line.Trim()))];

    /// <summary>The program of .NET by its path, for a child that has another PATH.</summary>
    private static string Dotnet() => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "/usr/bin/dotnet";
}
