using System.Diagnostics;
using System.Globalization;
using NnUNet.Core.Datasets;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary><c>nnunet submit</c> on a real Slurm of one node.</summary>
public sealed class ClusterTests : IDisposable
{
    private const string Task = "Task937_Cluster";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly TemporaryFolder _folder = new();

    // Slurm and bash must both take such a path.
    private string Workspace => _folder["the ward's w"];

    private string Images => Path.Combine(Workspace, "raw", "nnUNet_raw_data", Task, "imagesTs");

    private string Model => Path.Combine(Workspace, "results", "nnUNet", "2d", Task, "nnUNetTrainerV2__nnUNetPlansv2.1");

    private string Logs => Path.Combine(Workspace, "results", "cluster", Task, "logs");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void TheWholeGraph_WithATrainingThatIsKilledOnTheWay_EndsWithSegmentations()
    {
        Skip.If(SlurmCluster.Missing is not null, SlurmCluster.Missing);

        // Given a cluster and raw data
        using SlurmCluster slurm = new();
        SyntheticDataset.Write(Path.Combine(Workspace, "raw", "nnUNet_raw_data", Task), new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 2, Edge = 20 });

        // When the whole method is submitted, and a training is killed once it has begun
        ProgramResult first = Submit(slurm, "--time", "30");
        slurm.WaitUntil(() => File.Exists(Path.Combine(Model, "fold_1", "model_latest.safetensors")) && Kill($"train_all\0{Task}\0-m\0" + "2d\0-f\0" + "1\0"), Patience, "fold 1 is trained and can be killed");
        ProgramResult second = Submit(slurm, "--time", "30");
        slurm.WaitUntil(() => slurm.Queue.Length == 0, Patience, "all jobs have ended");

        // Then one call has submitted all of it, and another nothing more
        Assert.Contains("submitted train_2d as job 2, parts 0, 1, to begin after 1", first.Output, StringComparison.Ordinal);
        Assert.Contains("submitted predict as job 5, to begin after 4", first.Output, StringComparison.Ordinal);
        Assert.Contains("There is nothing to submit.", second.Output, StringComparison.Ordinal);

        // And the training that was killed went on under its number, so that all the others came after it
        string log = File.ReadAllText(Path.Combine(Logs, "train_2d-2_1.log"));
        Assert.Contains("Queued again, to go on from what was saved: the program was killed", log, StringComparison.Ordinal);
        Assert.Contains("continued from epoch", log, StringComparison.Ordinal);
        Assert.Equal(["synthetic_005.nii.gz", "synthetic_006.nii.gz"], Directory.GetFiles(_folder["out"], "*.nii.gz").Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        string state = Submit(slurm, "--status").Output;
        Assert.Contains("7 done.", state, StringComparison.Ordinal);
        Assert.Contains("COMPLETED", state, StringComparison.Ordinal);

        // And a folder is segmented in parts by one of the models
        slurm.Run(Program, "submit", "predict", "-i", Images, "-o", _folder["parts"], "-t", "937", "-m", "2d", "--parts", "2", "--workspace", Workspace).MustSucceed();
        slurm.WaitUntil(() => slurm.Queue.Length == 0, Patience, "both parts have ended");
        Assert.Equal(2, Directory.GetFiles(_folder["parts"], "*.nii.gz").Length);
    }

    private static string Program => Path.Combine(BuiltProgram.Folder, "nnunet");

    private ProgramResult Submit(SlurmCluster slurm, params string[] options) => slurm.Run(
        Program,
        [
            "submit", "937", "--workspace", Workspace,
            .. options.Contains("--status") ? Array.Empty<string>() : ["-m", "2d", "3d_fullres", "-f", "0", "1", "--epochs", "3", "--iterations", "2", "--npz", "-i", Images, "-o", _folder["out"]],
            .. options,
        ]).MustSucceed();

    /// <summary>Kills the process whose words contain these; false where there is none.</summary>
    private static bool Kill(string words)
    {
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) || !WordsOf(folder).Contains(words, StringComparison.Ordinal)) continue;
            using Process process = Process.GetProcessById(id);
            process.Kill();
            return true;
        }

        return false;
    }

    private static string WordsOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // it has ended
        }
    }
}
