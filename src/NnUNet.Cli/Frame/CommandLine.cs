using System.CommandLine;
using NnUNet.Core;
using NnUNet.Core.Running;
using NnUNet.Foundation;

namespace NnUNet.Cli.Frame;

/// <summary>The program: finds the command, runs it and turns what happens into an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage.</summary>
    public const int WrongUsage = 2;

    /// <summary>Stopped in time at a clean place; the same command, told to continue, goes on.</summary>
    public const int Unfinished = 75;

    /// <summary>Interrupted by Ctrl+C or SIGTERM.</summary>
    public const int Interrupted = 130;

    /// <summary>Bytes that the program takes without any case, by measurement.</summary>
    private const long HeldBytes = 64L << 20;

    /// <summary>Every command by its name, in the order of the work.</summary>
    public static IReadOnlyList<KeyValuePair<string, CommandDefinition>> Commands()
    {
        return
        [
            .. Catalog<CommandDefinition>.Names
                .Select(static name => KeyValuePair.Create(name, Catalog<CommandDefinition>.Create(name)))
                .OrderBy(static entry => entry.Value.Group)
                .ThenBy(static entry => OriginalNames.Rank(entry.Key)),
        ];
    }

    /// <summary>Runs one command line.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> args, Terminal terminal)
    {
        CommonOptions common = new();

        // Where the first word names a command, the options of all others need not be made.
        IReadOnlyList<KeyValuePair<string, CommandDefinition>> commands = args is [var first, ..] && Catalog<CommandDefinition>.Contains(first)
            ? [KeyValuePair.Create(first, Catalog<CommandDefinition>.Create(first))]
            : Commands();
        RootCommand root = Build(common, commands);
        TypedWords typed = TypedWords.Of(args, common, commands);
        ParseResult result = root.Parse(typed.Words, Configuration);
        if (result.Errors.Count > 0 && JsonOption.WithStandardOutput(typed.Words) is { } other && root.Parse(other, Configuration) is { Errors.Count: 0 } meant) result = meant;
        string name = result.CommandResult.Command.Name;
        CommandDefinition? command = result.CommandResult.Command is RootCommand ? null : commands.First(entry => entry.Key == name).Value;

        bool namesNothing = command is null && result.UnmatchedTokens.Count > 0;
        if (result.GetValue(common.Help) && !namesNothing)
        {
            HelpText help = new(terminal.Width, terminal.Style);
            terminal.Line(command is null ? help.ForProgram(commands, common) : help.ForCommand(name, command, common));
            return Printed(terminal);
        }

        if (result.GetValue(common.Version) && !namesNothing)
        {
            terminal.Line($"nnunet {ProgramVersion.Text}");
            return Printed(terminal);
        }

        using ParentLink? parent = result.GetValue(common.Child) is not null ? ParentLink.OfThisProcess() : null;
        if (parent is not null) terminal = terminal.WithoutOutput();
        RunReport report = RunReport.Of(command, result, terminal, parent);
        terminal = report.Terminal;
        IReadOnlyList<string> faults = UsageCheck.Faults(result, typed, [.. commands.Select(static entry => entry.Key)]);
        if (faults.Count > 0 || command is null)
        {
            foreach (string fault in faults.Concat(typed.Readings)) terminal.ErrorLine($"nnunet: {fault}");
            if (faults.Count == 0) terminal.ErrorLine(new HelpText(terminal.Width, Style.Plain).ForProgram(commands, common));
            else terminal.ErrorLine(command is null ? "See nnunet --help." : $"See nnunet {name} --help.");
            return report.Close(WrongUsage, RunError.Of(string.Join("; ", faults)));
        }

        using RunNoteWriter? note = parent is null ? new RunNoteWriter(name, [.. args.SkipWhile(word => word != name).Skip(1)], OutputOf(result), TimeProvider.System) : null;
        terminal.Note = note;
        using Interruption interruption = new(terminal);
        parent?.WaitForEnd(interruption.Stop);
        Invocation call = new(result, common, report, parent, interruption.Token);
        call.Warn(typed.Warnings);
        if (terminal.Interactive) terminal.HintOnce($"Ctrl+C stops at the next safe place; {command.AfterInterruption}.", TimeProvider.System);
        (int exitCode, RunError? error) = Guard(command, call, result, common);
        return report.Close(exitCode, error);
    }

    /// <summary>The parser's model of the whole program.</summary>
    public static RootCommand Build(CommonOptions common, IReadOnlyList<KeyValuePair<string, CommandDefinition>> commands)
    {
        RootCommand root = new("nnU-Net for .NET");
        root.Options.Clear();
        root.Directives.Clear();
        foreach (Option option in common.All) root.Add(option);
        root.Add(common.Child);
        foreach ((string name, CommandDefinition definition) in commands)
        {
            Command command = new(name, definition.Summary);
            foreach (Symbol symbol in definition.Symbols)
            {
                if (symbol is Option option) command.Add(option);
                else command.Add((Argument)symbol);
            }

            command.SetAction(static _ => Done);
            root.Add(command);
        }

        root.SetAction(static _ => Done);
        return root;
    }

    /// <summary>-pl3d is one option, not -p -l -3 -d; and no @file is expanded.</summary>
    public static ParserConfiguration Configuration { get; } = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <summary>The place that -o names; null where a command has none, or means something else by it.</summary>
    private static string? OutputOf(ParseResult result)
    {
        Option? output = result.CommandResult.Command.Options.FirstOrDefault(static o => (o.Name == "-o" || o.Aliases.Contains("-o")) && o.HelpName != "TASK");
        try
        {
            return output is not null && result.GetResult(output) is { Tokens: [{ Value.Length: > 0 } token, ..] } ? Path.GetFullPath(token.Value) : null;
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            return null; // whoever uses it says what is wrong with it
        }
    }

    /// <summary>Bytes of <c>--max-ram</c>; 0 where it is not given.</summary>
    private static long MaxRam(double? gigabytes)
    {
        if (gigabytes is null) return 0;
        double bytes = gigabytes.Value * (1L << 30);
        return bytes is >= 1 and < long.MaxValue
            ? (long)bytes
            : throw new UsageException(FormattableString.Invariant($"{MemoryLimit.OptionName} is {gigabytes}, but must be gigabytes of memory greater than 0"));
    }

    /// <summary>Relative paths mean nothing in a working directory that was removed, and libtorch ends the process there.</summary>
    private static void ThrowIfNowhere()
    {
        try
        {
            if (Directory.Exists(Directory.GetCurrentDirectory())) return;
        }
        catch (IOException)
        {
            // told below
        }

        throw new DescribedException("working directory", "it does not exist any more", "change to a folder that does (cd), and repeat the command");
    }

    /// <summary>The exit code of what should only print: failed where that could not be written.</summary>
    private static int Printed(Terminal terminal)
    {
        if (terminal.OutputFault is not { } fault) return Done;
        terminal.ErrorLine($"nnunet: the standard output cannot be written ({fault}); choose another place for it, or free some space.");
        return Failed;
    }

    /// <summary>The exit code of work that also tells of itself: its own, whether or not anybody could read that.</summary>
    private static int Told(Terminal terminal, int exitCode)
    {
        if (terminal.OutputFault is { } fault && !ProgramStart.OutputIsClosed) terminal.ErrorLine($"warning: the standard output cannot be written ({fault}), so some of what was told is lost; the work itself is not affected.");
        return exitCode;
    }

    private static (int ExitCode, RunError? Error) Guard(CommandDefinition command, Invocation call, ParseResult result, CommonOptions common)
    {
        Terminal terminal = call.Terminal;
        bool debug = result.GetValue(common.Debug);
        try
        {
            using IDisposable memory = MemoryLimit.Set(MaxRam(result.GetValue(common.MaxRam)), HeldBytes, result.GetValue(common.Child) ?? 1);
            ThrowIfNowhere();
            _ = call.WorkspaceOr(null); // commands that name no folders are watched in those in force
            EnvironmentSettings settings = EnvironmentSettings.Read();
            OperationThreads.Asked = settings.OperationThreads;
            if (settings.LoopThreads is { } threads) ParallelLoop.DefaultDegree = threads;
            CatalogAssemblies.Add(typeof(Interop.V1.V1ModelFormat).Assembly); // models of the Python original
            foreach (string plugin in result.GetValue(common.Plugins) ?? []) PluginLoader.Load(plugin);
            int exitCode = command.Run(call);
            return (command.OnlyPrints(call) && exitCode == Done ? Printed(terminal) : Told(terminal, exitCode), null);
        }
        catch (UsageException e)
        {
            terminal.ErrorLine($"nnunet: {e.Message}");
            terminal.ErrorLine($"See nnunet {result.CommandResult.Command.Name} --help.");
            return (WrongUsage, RunError.Of(e.Message));
        }
        catch (OperationCanceledException) when (call.Cancel.IsCancellationRequested)
        {
            string interrupted = $"interrupted; {command.AfterInterruption}.";
            terminal.ErrorLine($"nnunet: {interrupted}");
            return (Interrupted, RunError.Of(interrupted));
        }
#pragma warning disable CA1031 // the outermost frame: whatever happened becomes one line and an exit code
        catch (Exception e)
#pragma warning restore CA1031
        {
            Exception cause = e is AggregateException several ? several.Flatten().InnerExceptions[0] : e;
            terminal.ErrorLine($"nnunet: {ErrorText.Of(cause, debug)}");
            return (Failed, RunError.Of(cause));
        }
    }
}
