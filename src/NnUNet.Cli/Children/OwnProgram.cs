using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace NnUNet.Cli.Children;

/// <summary>How this program starts itself, whichever way it was started: its own executable (also that of a dotnet tool), or <c>dotnet nnunet.dll</c>.</summary>
internal static class OwnProgram
{
    /// <summary>The words before a command's name: the program's path, or those of dotnet and of its assembly.</summary>
    public static IReadOnlyList<string> Words() => Words(Environment.ProcessPath, Assembly.GetEntryAssembly() == typeof(OwnProgram).Assembly, AppContext.BaseDirectory);

    /// <summary>The folder of the .NET that runs this program; null where the program has brought it along.</summary>
    public static string? DotnetRoot()
    {
        // ROOT/shared/Microsoft.NETCore.App/VERSION/
        string runtime = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        return runtime == Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory) ? null : Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
    }

    /// <summary>A start of this program, with streams that lead to the caller.</summary>
    /// <param name="arguments">The command line.</param>
    public static ProcessStartInfo With(IEnumerable<string> arguments)
    {
        IReadOnlyList<string> words = Words();
        return new ProcessStartInfo(words[0], [.. words.Skip(1), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    /// <summary>The words before a command's name.</summary>
    /// <param name="running">The file of the process that runs now; null where the system does not say.</param>
    /// <param name="isOwn">Whether the process was started for this program, not for another that uses its assembly.</param>
    /// <param name="folder">The folder of this program's assemblies.</param>
    internal static IReadOnlyList<string> Words(string? running, bool isOwn, string folder)
    {
        string name = Path.GetFileNameWithoutExtension(typeof(OwnProgram).Assembly.ManifestModule.Name);
        string beside = Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);
        bool isDotnet = Path.GetFileNameWithoutExtension(running) == "dotnet";
        string? executable = isOwn && !isDotnet ? running : File.Exists(beside) ? beside : null;
        return executable is not null ? [executable] : [isDotnet ? running! : "dotnet", Path.Combine(folder, name + ".dll")];
    }
}
