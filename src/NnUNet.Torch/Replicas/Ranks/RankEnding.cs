using System.Globalization;
using NnUNet.Core;

namespace NnUNet.Torch.Replicas.Ranks;

/// <summary>How ranks that have stopped at a safe place tell their starter so: by a file, of the exit code of the whole.</summary>
/// <remarks>
/// For mpirun an exit code that is not 0 is a fault, about which it prints lines of its own and ends the ranks that are left. So ranks that
/// have stopped because they were asked to, or because their time is over, end with 0.
/// </remarks>
internal sealed class RankEnding : IDisposable
{
    /// <summary>The variable in which the starter hands over the file's path.</summary>
    public const string FileVariable = "NNUNET_RANK_ENDING";

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"nnunet-{Path.GetRandomFileName()}");

    /// <summary>Whether a starter of this program waits for the ranks, of which this process is one: it tells people what it is asked by signals.</summary>
    public static bool IsAwaited => File() is not null;

    /// <summary>Tells the starter, if there is one: the leading rank does.</summary>
    /// <param name="exitCode">The exit code of the whole.</param>
    /// <returns>Whether the starter knows it now.</returns>
    public static bool Tell(int exitCode)
    {
        if (File() is not { } file) return false;
        try
        {
            System.IO.File.WriteAllText(file, exitCode.ToString(CultureInfo.InvariantCulture));
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false; // the exit code of the process itself says it
        }
    }

    /// <summary>Hands the file's path to a process that is to be a rank, or to start them on this host.</summary>
    /// <param name="environment">Its variables.</param>
    public void HandTo(IDictionary<string, string?> environment) => environment[FileVariable] = _file;

    /// <summary>The exit code of the whole.</summary>
    /// <param name="exitCode">That of the ranks as their launcher sees it.</param>
    /// <returns>What the leading rank has told where all went well for the launcher; else the launcher's.</returns>
    public int ExitCode(int exitCode) =>
        exitCode == 0 && System.IO.File.Exists(_file) && int.TryParse(System.IO.File.ReadAllText(_file), NumberStyles.None, CultureInfo.InvariantCulture, out int told) ? told : exitCode;

    /// <summary>Removes the file.</summary>
    public void Dispose() => System.IO.File.Delete(_file);

    private static string? File() => EnvironmentSettings.Variable(FileVariable) is { Length: > 0 } file ? file : null;
}
