using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using NnUNet.Testing;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Tests.Replicas;

/// <summary>Runs of tests/NnUNet.RankProbe, as the ranks of a job or as their starter, none longer than a limit.</summary>
internal static partial class ProbedRanks
{
    /// <summary>Seconds after which a silent rank is lost, where a test waits for that.</summary>
    public const int ShortTimeout = 4;

    /// <summary>Against hangs, for ranks that share a busy processor; far shorter than the limit of silence: what ends a job within it was not its silence.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    // Nor is it silence where a machine is so busy that a rank is not heard for long.
    private const int LongTimeout = 3600;

    /// <summary>The MPIs that are tested.</summary>
    public static TheoryData<string> Kinds => [nameof(RankStart.OpenMpi), nameof(RankStart.Hydra)];

    /// <summary>The command line that runs the probe.</summary>
    public static string[] Command(params string[] arguments)
    {
        string probe = AppContext.BaseDirectory.Replace("NnUNet.Torch.Tests", "NnUNet.RankProbe", StringComparison.Ordinal);
        return [ChildProgram.Dotnet, Path.Combine(probe, "NnUNet.RankProbe.dll"), .. arguments];
    }

    /// <summary>A program of an MPI; skips the test where it is not installed.</summary>
    public static MpiProgram Program(string kind)
    {
        MpiProgram? program = ((string[])["mpirun", "mpirun.openmpi", "mpiexec.mpich"]).Select(ProgramPath.Find).OfType<string>().Select(MpiProgram.Open).FirstOrDefault(p => p?.Kind.ToString() == kind);
        Skip.If(program is null, $"no mpirun of {kind} is installed (Debian: openmpi-bin, mpich)");
        return program;
    }

    /// <summary>Runs the probe as ranks of a job to its end.</summary>
    public static ProgramResult Run(string kind, int ranks, params string[] arguments)
    {
        using ChildProgram job = Start(kind, ranks, seconds: null, arguments);
        return job.WaitForEnd(Limit);
    }

    /// <summary>Starts the probe as ranks of a job.</summary>
    public static ChildProgram Start(string kind, int ranks, int? seconds, params string[] arguments)
    {
        string[] command = Command(arguments);
        return Start(Program(kind).Start(new RankCommand(command[0], command[1..]), ranks), seconds);
    }

    /// <summary>Starts a program with a limit of silence; without one, silence does not end it.</summary>
    public static ChildProgram Start(ProcessStartInfo start, int? seconds)
    {
        start.Environment[RankSettings.TimeoutVariable] = (seconds ?? LongTimeout).ToString(CultureInfo.InvariantCulture);
        return ChildProgram.Start(start);
    }

    /// <summary>Fails the test unless all processes that said their numbers end within seconds.</summary>
    public static void MustBeGone(string output, int ranks)
    {
        int[] processes = [.. ProcessPattern().Matches(output).Select(static m => int.Parse(m.Groups["id"].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(ranks, processes.Length);
        long begin = Stopwatch.GetTimestamp();
        while (Array.Exists(processes, IsRunning))
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(10), $"a process of the job still runs{Environment.NewLine}{output}");
            Thread.Sleep(20);
        }
    }

    // One that nobody has asked for its exit code yet is still there, as a zombie, though it has ended.
    private static bool IsRunning(int process)
    {
        try
        {
            return !File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat")).Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"has process (?<id>\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex ProcessPattern();
}
