using NnUNet.Core;

namespace NnUNet.Torch.Replicas.Ranks;

/// <summary>Programs of the machine.</summary>
internal static class ProgramPath
{
    /// <summary>The full path of a program in PATH; null: it is not there.</summary>
    public static string? Find(string name) => Find(name, EnvironmentSettings.Variable("PATH"));

    internal static string? Find(string name, string? folders) => (folders ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name))
        .FirstOrDefault(File.Exists);
}
