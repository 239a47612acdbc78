using System.Runtime.InteropServices;

namespace NnUNet.Cli.Machine;

/// <summary>How this program was started, for those that start it again elsewhere.</summary>
internal static class ThisProgram
{
    private const string Assembly = "nnunet.dll";

    /// <summary>The words before a command's name: the program's path, or those of dotnet and of the program.</summary>
    public static IReadOnlyList<string> Words()
    {
        string path = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(path) == "dotnet" ? [path, Path.Combine(AppContext.BaseDirectory, Assembly)] : [path];
    }

    /// <summary>The folder of the .NET that runs this program; null where the program has brought it along.</summary>
    public static string? DotnetRoot()
    {
        // ROOT/shared/Microsoft.NETCore.App/VERSION/
        string runtime = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        return runtime == Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory) ? null : Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
    }
}
