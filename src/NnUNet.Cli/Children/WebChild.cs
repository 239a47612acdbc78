using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;

namespace NnUNet.Cli.Children;

/// <summary>The program of the pages and the service, which lies beside this one, as a child with this one's standard output.</summary>
/// <remarks>It ends when its standard input does, so that it never outlives this program.</remarks>
internal static class WebChild
{
    private const string Name = "NnUNet.Web";
    private const int NoFramework = 150; // the exit code of the .NET host where a framework is missing

    /// <summary>Runs it to its end.</summary>
    /// <param name="mode">What it serves: the command's name.</param>
    /// <param name="settings">The settings of the mode.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="DescribedException">It is not there, or cannot be started.</exception>
    public static int Run<T>(string mode, T settings, CancellationToken cancel)
    {
        using Process process = Started(mode);
        try
        {
            process.StandardInput.WriteLine(JsonSerializer.Serialize(settings, ParentLink.Format));
            process.StandardInput.Flush();
            using (cancel.Register(process.StandardInput.Close)) process.WaitForExit();
            return process.ExitCode == NoFramework
                ? throw new DescribedException(Name, "the ASP.NET Core runtime 10 is not installed", "install it beside .NET (it is part of the .NET SDK), or publish a program that brings it along (--self-contained)")
                : process.ExitCode;
        }
        catch (IOException e)
        {
            throw new DescribedException(Name, $"it ended at once ({e.Message.TrimEnd('.')})", "see what it printed above", e);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static Process Started(string mode)
    {
        string folder = AppContext.BaseDirectory;
        string executable = Path.Combine(folder, OperatingSystem.IsWindows() ? Name + ".exe" : Name);
        if (!File.Exists(executable)) throw new DescribedException(executable, "the program of the pages and the service is not there", "install nnunet again; it comes along with it");
        ProcessStartInfo start = new(executable, [mode])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            StandardInputEncoding = new UTF8Encoding(false),
            WorkingDirectory = Directory.GetCurrentDirectory(),
        };
        if (OwnProgram.DotnetRoot() is { } root) start.Environment["DOTNET_ROOT"] = root;
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            throw new DescribedException(executable, $"it cannot be started ({e.Message.TrimEnd('.')})", "install nnunet again", e);
        }
    }
}
