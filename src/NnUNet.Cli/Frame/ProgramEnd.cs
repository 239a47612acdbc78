using NnUNet.Foundation;

namespace NnUNet.Cli.Frame;

/// <summary>The end of the program.</summary>
internal static class ProgramEnd
{
    /// <summary>Ends the program, at once where libtorch is loaded: it would take a tenth of a second to take its tables apart.</summary>
    /// <remarks>Everything was written and closed by then; the terminal flushes each line. On Windows the program ends in the ordinary way.</remarks>
    /// <param name="exitCode">The exit code.</param>
    /// <returns>The exit code, where the ordinary way is taken.</returns>
    public static int Leave(int exitCode)
    {
        if (!OperatingSystem.IsWindows() && AppDomain.CurrentDomain.GetAssemblies().Any(static a => a.GetName().Name == "TorchSharp"))
        {
            ProcessEnd.AtOnce(exitCode);
        }

        ProcessEnd.Prepare();
        return exitCode;
    }
}
