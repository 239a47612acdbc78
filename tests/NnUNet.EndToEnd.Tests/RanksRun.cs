using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NnUNet.Core.Datasets;
using NnUNet.Testing;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.EndToEnd.Tests;

/// <summary>A tiny task with a batch of 3, which two processes cannot share evenly, and how it is trained by several; once for all tests of the collection.</summary>
[CollectionDefinition(Tests)]
public sealed partial class RanksRun : ICollectionFixture<RanksRun>, IDisposable
{
    /// <summary>The name of the collection of tests that use it.</summary>
    public const string Tests = "ranks";

    /// <summary>Against hangs: a training here takes ten seconds on a quiet machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private const string Task = "Task900_Tiny";
    private const string Plans = "nnUNetPlansv2.1_plans_3D.json";
    private static readonly string[] Length = ["--epochs", "3", "--iterations", "2"];

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _undisturbed;

    public RanksRun()
    {
        _undisturbed = new Lazy<string>(() =>
        {
            Run("undisturbed", Starter()).MustSucceed();
            return Fold("undisturbed");
        });
        SyntheticDataset.Write(_folder[$"w/raw/nnUNet_raw_data/{Task}"], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 0, Edge = 20 });
        BuiltProgram.Run("nnUNet_plan_and_preprocess", "-t", "900", "-pl2d", "None", "--workspace", _folder["w"]).MustSucceed();
        SetBatch(_folder[$"w/preprocessed/{Task}/{Plans}"], 3);
    }

    /// <summary>The name of this host as ranks say it.</summary>
    public static string Host => Environment.MachineName;

    /// <summary>The fold's folder of a training by two ranks that nobody has disturbed. The first access trains it.</summary>
    public string Undisturbed => _undisturbed.Value;

    public string this[string relative] => _folder[relative];

    public void Dispose() => _folder.Dispose();

    /// <summary>Skips the test where nothing starts ranks.</summary>
    public static void SkipWithoutMpi() => _ = Mpirun();

    /// <summary>Gives a plan of one stage another batch.</summary>
    public static void SetBatch(string plans, int samples)
    {
        JsonNode plan = JsonNode.Parse(File.ReadAllText(plans))!;
        plan["plans_per_stage"]!["0"]!["batch_size"] = samples;
        File.WriteAllText(plans, plan.ToJsonString());
    }

    /// <summary>The fold's folder of a training with results of this name.</summary>
    public string Fold(string results) => _folder[$"{results}/nnUNet/3d_fullres/{Task}/{RankTrainer.Name}__nnUNetPlansv2.1/fold_0"];

    /// <summary>The command that starts two ranks by itself.</summary>
    public static string[] Starter(params string[] options) => ["nnUNet_train_DDP", .. options.Contains("-c") || options.Contains("-val") ? [] : Length, "-gpus", "2", "--dbs", .. options];

    /// <summary>A command that trains, with the length of the others.</summary>
    public static string[] OfLength(string command, params string[] options) => [command, .. Length, .. options];

    /// <summary>Runs a training to its end.</summary>
    internal ProgramResult Run(string results, string[] command)
    {
        using ChildProgram program = Start(results, command);
        return program.WaitForEnd(Limit);
    }

    /// <summary>Starts a training whose results go to a folder of this name.</summary>
    /// <param name="results">The folder.</param>
    /// <param name="command">The command, and options of it.</param>
    /// <param name="fault">What befalls a rank, see <see cref="RankTrainer"/>; null: nothing.</param>
    /// <param name="variables">Variables of the environment.</param>
    internal ChildProgram Start(string results, string[] command, string? fault = null, params (string Name, string Value)[] variables) =>
        Start(Line(results, command), fault, variables);

    /// <summary>Starts two ranks as a person does with mpirun.</summary>
    internal ChildProgram StartByMpirun(string results, string[] options, string[] command, string? fault = null, params (string Name, string Value)[] variables) =>
        Start([Mpirun(), "--bind-to", "none", "--oversubscribe", .. options, .. Line(results, command)], fault, variables);

    /// <summary>All tensors of a checkpoint, weights and states of the optimiser, as they lie in the file.</summary>
    internal static byte[] Tensors(string fold, string checkpoint = "model_final_checkpoint")
    {
        byte[] file = File.ReadAllBytes(Path.Combine(fold, $"{checkpoint}.safetensors"));
        return file[(sizeof(long) + (int)BitConverter.ToInt64(file))..];
    }

    /// <summary>Fails the test unless a training with <c>-c</c> ends as if nothing had happened.</summary>
    internal void MustGoOn(string results)
    {
        Assert.False(File.Exists(Path.Combine(Fold(results), "model_final_checkpoint.safetensors")), "it had come to its end before");
        ProgramResult result = Run(results, Starter("-c"));
        Assert.DoesNotContain("damaged", result.MustSucceed().Output, StringComparison.Ordinal);
        Assert.Equal(Tensors(Undisturbed), Tensors(Fold(results)));
    }

    /// <summary>Fails the test unless ranks end within seconds.</summary>
    internal static void MustBeGone(IReadOnlyList<int> ranks)
    {
        Assert.NotEmpty(ranks);
        long begin = Stopwatch.GetTimestamp();
        while (ranks.Any(static id => ProcessesBelow.Arguments(id).Length > 0))
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(15), "a rank goes on without the others");
            Thread.Sleep(50);
        }
    }

    /// <summary>How many lines contain a text.</summary>
    internal static int LinesWith(string text, string lines) => lines.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>What mpirun says by itself where an exit code is not 0.</summary>
    internal static bool HasWordsOfMpirun(string error) => MpirunPattern().IsMatch(error);

    private static string Mpirun()
    {
        string? mpirun = ((string[])["mpirun.openmpi", "mpirun"]).Select(ProgramPath.Find).OfType<string>().FirstOrDefault(static path => MpiProgram.Open(path)?.Kind == RankStart.OpenMpi);
        Skip.If(mpirun is null, "no mpirun of Open MPI is installed (Debian: openmpi-bin)");
        return mpirun;
    }

    private static ChildProgram Start(string[] line, string? fault, (string Name, string Value)[] variables)
    {
        ProcessStartInfo start = new(line[0], line[1..]);
        if (Environment.IsPrivilegedProcess) start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        start.Environment.Remove(RankSettings.TimeoutVariable);
        start.Environment[RankTrainer.FaultVariable] = fault ?? "";
        foreach ((string name, string value) in variables) start.Environment[name] = value;
        return ChildProgram.Start(start);
    }

    /// <summary>The whole command line of the program.</summary>
    internal string[] Line(string results, string[] command) =>
    [
        Path.Combine(BuiltProgram.Folder, "nnunet"), command[0], "3d_fullres", RankTrainer.Name, "900", "0", .. command[1..],
        .. command.Contains("--devices") ? Array.Empty<string>() : ["--device", "cpu"],
        "--plugin", typeof(RankTrainer).Assembly.Location, "--raw", _folder["w/raw"], "--preprocessed", _folder["w/preprocessed"], "--results", _folder[results],
    ];

    [GeneratedRegex("mpirun|Primary job|^-----", RegexOptions.Multiline)]
    private static partial Regex MpirunPattern();
}
