using System.CommandLine;
using NnUNet.Core;
using NnUNet.Core.Models;
using NnUNet.Foundation;

namespace NnUNet.Cli.Frame;

/// <summary>What a command is given: its values, where to print, and the token that Ctrl+C cancels.</summary>
internal sealed class Invocation(ParseResult values, CommonOptions common, RunReport report, ParentLink? parent, CancellationToken cancel)
{
    private Workspace? _workspace;
    private Version2Workspace? _version2;

    /// <summary>Where to print.</summary>
    public Terminal Terminal { get; } = report.Terminal;

    /// <summary>Cancelled by Ctrl+C and SIGTERM.</summary>
    public CancellationToken Cancel { get; } = cancel;

    /// <summary>The three folders in force. Installations of models that were interrupted are put in order first.</summary>
    public Workspace Workspace
    {
        get
        {
            if (_workspace is not null) return _workspace;
            _workspace = WorkspaceOr(null);
            foreach (string told in InterruptedInstallations.Recover(_workspace.Models)) Warn(told);
            return _workspace;
        }
    }

    /// <summary>The three folders in force as nnU-Net v2 names them. Installations of models that were interrupted are put in order first.</summary>
    public Version2Workspace Version2Workspace
    {
        get
        {
            if (_version2 is not null) return _version2;
            _version2 = Version2Workspace.Resolve(OptionsOr(null));
            foreach (string told in InterruptedInstallations.Recover(_version2.Results)) Warn(told);
            return _version2;
        }
    }

    /// <summary>The run that this one works for, which takes reports in the place of a person; null for a person.</summary>
    public ParentLink? Parent { get; } = parent;

    /// <summary>The files of the plug-ins in use, as they were given.</summary>
    public IReadOnlyList<string> Plugins => Get(common.Plugins) ?? [];

    /// <summary>Whether stack traces are asked for.</summary>
    public bool Debug => Get(common.Debug);

    /// <summary>The device that <c>--device</c> names; null leaves the choice to the program.</summary>
    public string? Device => Get(common.Device);

    /// <summary>Gigabytes of <c>--max-ram</c>; null where it is not given.</summary>
    public double? MaxRam => Get(common.MaxRam);

    /// <summary>The value of an option, given or default.</summary>
    public T Get<T>(Option<T> option) => values.GetValue(option)!;

    /// <summary>The value of an argument.</summary>
    public T Get<T>(Argument<T> argument) => values.GetValue(argument)!;

    /// <summary>The three folders that options name, else those in a directory of the command's own instead of what the variables say.</summary>
    public Workspace WorkspaceOr(string? directory)
    {
        Workspace workspace = Workspace.Resolve(OptionsOr(directory));
        Terminal.Note?.KeepIn(workspace.Results);
        return workspace;
    }

    private WorkspaceOptions OptionsOr(string? directory) => new()
    {
        Raw = Get(common.Raw),
        Preprocessed = Get(common.Preprocessed),
        Results = Get(common.Results),
        Directory = Get(common.Workspace) ?? directory,
    };

    /// <summary>Whether the user gave this option.</summary>
    public bool IsGiven(Option option) => values.GetResult(option) is { Implicit: false };

    /// <summary>Prints one line of result.</summary>
    public Invocation Print(string line = "")
    {
        Terminal.Line(line);
        return this;
    }

    /// <summary>Shows the progress of a piece of work; dispose it at the work's end.</summary>
    /// <param name="title">What is done, such as "preprocessing".</param>
    /// <param name="read">How far a report says that the work is.</param>
    public ProgressPrinter<T> Progress<T>(string title, Func<T, Step> read) => new(Terminal, title, read, TimeProvider.System);

    /// <summary>Prints what was refused, or could not be done, on the error stream.</summary>
    public void Refuse(string line) => Terminal.ErrorLine("nnunet: " + line);

    /// <summary>Prints what was refused, with its stack trace where that is asked for.</summary>
    public void Refuse(Exception error) => Refuse(ErrorText.Of(error, Debug));

    /// <summary>Does the same for several things; one that is refused is told on the error stream, and stops no other.</summary>
    /// <returns>The exit code.</returns>
    public int ForEach<T>(IReadOnlyCollection<T> things, Action<T> work)
    {
        int refused = 0;
        foreach (T thing in things)
        {
            try
            {
                work(thing);
            }
            catch (Exception e) when (things.Count > 1 && (e is DescribedException or IOException or UnauthorizedAccessException))
            {
                refused++;
                Refuse(e);
            }
        }

        return refused == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    /// <summary>Prints one line of warning on the error stream.</summary>
    public void Warn(string line)
    {
        report.Warn(line);
        Terminal.ErrorLine("warning: " + line);
    }

    /// <summary>Says what the command did for the document of <c>--json</c>; the last call counts.</summary>
    /// <param name="result">A record of <c>NnUNet.Cli.Documents</c>.</param>
    public void Tell(object result) => report.Result = result;

    /// <summary>Prints warnings on the error stream, many of one kind as one line.</summary>
    public void Warn(IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        foreach (string line in all) report.Warn(line);
        foreach (string line in Warnings.Merged(all)) Terminal.ErrorLine("warning: " + line);
    }
}
