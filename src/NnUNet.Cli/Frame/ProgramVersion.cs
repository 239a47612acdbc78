using System.Reflection;

namespace NnUNet.Cli.Frame;

/// <summary>The version of this build.</summary>
internal static class ProgramVersion
{
    /// <summary>Number and source revision, such as <c>0.1.0+1a2b3c4</c>.</summary>
    public static string Text { get; } = Shorten(
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    private static string Shorten(string version) => version.Split('+') is [var number, { Length: > 7 } revision] ? $"{number}+{revision[..7]}" : version;
}
