using System.Diagnostics;
using System.Reflection;

namespace NnUNet.Cli.Children;

/// <summary>How this program starts itself, whichever way it was started: its own executable (also that of a dotnet tool), or <c>dotnet nnunet.dll</c>.</summary>
internal static class OwnProgram
{
    /// <summary>A start of this program, with streams that lead to the caller.</summary>
    /// <param name="arguments">The command line.</param>
    public static ProcessStartInfo With(IEnumerable<string> arguments) =>
        With(arguments, Environment.ProcessPath, Assembly.GetEntryAssembly() == typeof(OwnProgram).Assembly, AppContext.BaseDirectory);

    /// <summary>A start of this program.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="running">The file of the process that runs now; null where the system does not say.</param>
    /// <param name="isOwn">Whether the process was started for this program, not for another that uses its assembly.</param>
    /// <param name="folder">The folder of this program's assemblies.</param>
    internal static ProcessStartInfo With(IEnumerable<string> arguments, string? running, bool isOwn, string folder)
    {
        string name = Path.GetFileNameWithoutExtension(typeof(OwnProgram).Assembly.ManifestModule.Name);
        string beside = Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);
        bool isDotnet = Path.GetFileNameWithoutExtension(running) == "dotnet";
        string? executable = isOwn && !isDotnet ? running : File.Exists(beside) ? beside : null;
        return new ProcessStartInfo(executable ?? (isDotnet ? running! : "dotnet"), executable is null ? [Path.Combine(folder, name + ".dll"), .. arguments] : arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }
}
