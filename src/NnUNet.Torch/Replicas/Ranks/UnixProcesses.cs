using System.Globalization;
using System.Runtime.InteropServices;
using NnUNet.Foundation;

namespace NnUNet.Torch.Replicas.Ranks;

/// <summary>Processes of this machine and signals to them.</summary>
internal static partial class UnixProcesses
{
    /// <summary>SIGKILL.</summary>
    public const int KillSignal = 9;

    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    /// <summary>Sends a signal; a process that has ended meanwhile is left in peace. Does nothing on Windows.</summary>
    public static void Signal(int process, int signal)
    {
        if (!OperatingSystem.IsWindows()) _ = Kill(process, signal);
    }

    /// <summary>What a shell's exit code of a program says: by which signal it was killed, or with which code it ended.</summary>
    public static string Ending(int exitCode) => ProcessSignals.Of(exitCode) is { } signal && ProcessSignals.Name(signal) is { } name
        ? $"was {(name == ProcessSignals.Kill ? "killed" : "ended")} by {name}"
        : $"ended with exit code {exitCode}";

    /// <summary>The ranks below a launcher of MPI: its children, or those of the proxies that it has between.</summary>
    /// <param name="launcher">The launcher's process.</param>
    /// <returns>None where the system has no /proc.</returns>
    public static IReadOnlyList<int> Ranks(int launcher)
    {
        if (!Directory.Exists("/proc/self")) return [];

        ILookup<int, (int Id, string Name)> children = Running().ToLookup(static p => p.Parent, static p => (p.Id, p.Name));
        List<int> ranks = [];
        Stack<int> parents = new([launcher]);
        while (parents.TryPop(out int parent))
        {
            foreach ((int id, string name) in children[parent])
            {
                if (IsLauncher(name)) parents.Push(id);
                else ranks.Add(id);
            }
        }

        return ranks;
    }

    /// <summary>What stands between mpirun and the ranks: setsid before it is mpirun itself.</summary>
    private static bool IsLauncher(string name) => name is "orted" or "prted" or "prterun" or "setsid" || name.StartsWith("hydra_", StringComparison.Ordinal) || name.StartsWith("mpi", StringComparison.Ordinal);

    private static IEnumerable<(int Id, int Parent, string Name)> Running()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id)) continue;

            string stat;
            try
            {
                stat = File.ReadAllText(Path.Combine(folder, "stat"));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                continue; // it has ended meanwhile
            }

            // "12 (a name) S 3 …": the name may hold anything, so its end is the last bracket.
            (int begin, int end) = (stat.IndexOf('('), stat.LastIndexOf(')'));
            yield return (id, int.Parse(stat[(end + 2)..].Split(' ')[1], CultureInfo.InvariantCulture), stat[(begin + 1)..end]);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
