using System.Diagnostics;

namespace NnUNet.Torch.Replicas.Ranks;

/// <summary>A program that starts the processes of MPI: mpirun or mpiexec.</summary>
/// <param name="File">Its path.</param>
/// <param name="Kind">Whose it is: <see cref="RankStart.OpenMpi"/> or <see cref="RankStart.Hydra"/>.</param>
internal sealed record MpiProgram(string File, RankStart Kind)
{
    private static readonly string[] Names = ["mpirun", "mpiexec", "mpirun.openmpi", "mpiexec.mpich"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The first in PATH that is known here; null: there is none.</summary>
    public static MpiProgram? Find() => Names.Select(ProgramPath.Find).OfType<string>().Select(Open).FirstOrDefault(static program => program is not null);

    /// <summary>Asks a program what it is.</summary>
    /// <returns>Null where it is neither of Open MPI nor of MPICH or its kin.</returns>
    public static MpiProgram? Open(string path) => KindOf(VersionOf(path)) is { } kind ? new MpiProgram(path, kind) : null;

    /// <summary>Whose program says this of its version.</summary>
    internal static RankStart? KindOf(string version) =>
        version.Contains("Open MPI", StringComparison.Ordinal) || version.Contains("OpenRTE", StringComparison.Ordinal) ? RankStart.OpenMpi
        : version.Contains("HYDRA", StringComparison.OrdinalIgnoreCase) || version.Contains("Intel(R) MPI", StringComparison.Ordinal) ? RankStart.Hydra
        : null;

    /// <summary>The command line that starts ranks on this host.</summary>
    /// <remarks>
    /// No binding: each rank has threads, and one core of its own would hold all of them. More ranks than cores are allowed: the cores are
    /// the user's. TERM: Open MPI gives its processes a terminal of their own, at which .NET would print control characters.
    /// </remarks>
    public ProcessStartInfo Start(RankCommand command, int ranks)
    {
        string[] options = Kind == RankStart.OpenMpi ? ["--bind-to", "none", "--map-by", ":OVERSUBSCRIBE", "-x", "TERM=dumb"] : [];
        ProcessStartInfo start = new RankCommand(File, [.. options, "-n", $"{ranks}", command.File, .. command.Arguments]).ForSession();
        start.Environment["TERM"] = "dumb";
        start.Environment[RankEnvironment.SharedCoresVariable] = "1";
        if (Kind == RankStart.OpenMpi && Environment.IsPrivilegedProcess)
        {
            start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        }

        return start;
    }

    private static string VersionOf(string path)
    {
        try
        {
            ProcessStartInfo start = new(path, ["--version"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                return "";
            }

            return output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return ""; // not a program
        }
    }
}
