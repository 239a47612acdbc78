using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>The built program as a child process.</summary>
internal static class BuiltProgram
{
    /// <summary>The folder of the build that the tests run.</summary>
    public static string Folder { get; } = AppContext.BaseDirectory;

    private static string File => Path.Combine(Folder, OperatingSystem.IsWindows() ? "nnunet.exe" : "nnunet");

    /// <summary>Runs to the end.</summary>
    public static ProgramResult Run(params string[] args) => ChildProgram.Run(File, args);

    /// <summary>Starts and returns at once.</summary>
    public static ChildProgram Start(params string[] args) => ChildProgram.Start(File, args);
}
