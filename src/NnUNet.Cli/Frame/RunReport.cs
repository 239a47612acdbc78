using System.CommandLine;
using System.Text.Json;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Cli.Frame;

/// <summary>What programs read about a run: one document at its end, where <c>--json</c> asks for it. Safe for several threads.</summary>
internal sealed class RunReport
{
    private readonly Lock _gate = new();
    private readonly List<string> _warnings = [];
    private readonly string? _document;
    private readonly string _command;
    private readonly string _destination;
    private readonly Terminal _standard;
    private readonly ParentLink? _parent;

    private RunReport(string? document, string command, string destination, Terminal standard, ParentLink? parent)
    {
        (_document, _command, _destination, _standard, _parent) = (document, command, destination, standard, parent);
        Terminal = document is not null && destination == JsonOption.StandardOutput ? standard.OnErrorStream() : standard;
    }

    /// <summary>Where texts for people go: not to the standard output where that is for the document.</summary>
    public Terminal Terminal { get; }

    /// <summary>What the command tells: a record of <c>NnUNet.Cli.Documents</c>; null where it ended before there was anything.</summary>
    public object? Result { get; set; }

    /// <summary>The report of a command line.</summary>
    /// <param name="command">The command; null where the line names none.</param>
    /// <param name="values">The values that it is given.</param>
    /// <param name="standard">The two streams.</param>
    /// <param name="parent">The run that this one works for, which is told of the end; null for a person's.</param>
    public static RunReport Of(CommandDefinition? command, ParseResult values, Terminal standard, ParentLink? parent = null)
    {
        JsonOption? option = command?.Symbols.OfType<JsonOption>().FirstOrDefault();
        bool asked = option is not null && values.GetResult(option) is { Implicit: false };
        string? file = asked && values.GetResult(option!)!.Tokens is [var token, ..] ? token.Value : null;
        return new RunReport(asked ? option!.Document : null, values.CommandResult.Command.Name, file ?? JsonOption.StandardOutput, standard, parent);
    }

    /// <summary>Notes a warning.</summary>
    public void Warn(string line)
    {
        lock (_gate) _warnings.Add(line);
    }

    /// <summary>Writes the document, if there is to be one.</summary>
    /// <param name="exitCode">How the command ended.</param>
    /// <param name="error">Why it could not go on; null where it came to its end.</param>
    /// <returns>The exit code: a document that cannot be written is a failure.</returns>
    public int Close(int exitCode, RunError? error)
    {
        _parent?.Tell(ParentLink.End, new ChildEnd(exitCode, error));
        if (_document is null) return exitCode;
        Envelope envelope;
        lock (_gate) envelope = new Envelope(_document, ProgramVersion.Text, _command, exitCode, error, [.. _warnings], Result);
        string text = JsonSerializer.Serialize(envelope, Format.Options);
        if (_destination == JsonOption.StandardOutput)
        {
            _standard.Line(text);
            if (_standard.OutputFault is not { } fault) return exitCode;
            Terminal.ErrorLine($"nnunet: {JsonOption.OptionName}: the document cannot be written to the standard output ({fault}); choose another place for it, or free some space.");
            return exitCode == CommandLine.Done ? CommandLine.Failed : exitCode;
        }

        try
        {
            AtomicFile.WriteText(_destination, text + "\n");
            return exitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            Terminal.ErrorLine($"nnunet: {JsonOption.OptionName} {_destination}: the document cannot be written ({e.Message.TrimEnd('.')}); name another file.");
            return exitCode == CommandLine.Done ? CommandLine.Failed : exitCode;
        }
    }

    /// <summary>How documents are written; by itself, so that runs without one do not make it.</summary>
    private static class Format
    {
        public static readonly JsonSerializerOptions Options = new(ProductJson.Options)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, // labels and metrics keep their names
        };
    }

    /// <summary>What every document begins with.</summary>
    private sealed record Envelope(string Schema, string Program, string Command, int ExitCode, RunError? Error, IReadOnlyList<string> Warnings, object? Result);
}

/// <summary>Why a command could not go on.</summary>
/// <param name="Message">The sentence that a person reads.</param>
/// <param name="Where">The file, key or case; null where that is not told apart.</param>
/// <param name="What">What is wrong; null where that is not told apart.</param>
/// <param name="Remedy">What to do; null where that is not told apart.</param>
/// <param name="Faults">Each fault of a data set; empty for other errors.</param>
internal sealed record RunError(string Message, string? Where, string? What, string? Remedy, IReadOnlyList<DatasetFault> Faults)
{
    /// <summary>An error without parts.</summary>
    public static RunError Of(string message) => new(message, null, null, null, []);

    /// <summary>An error with the parts that it has.</summary>
    public static RunError Of(Exception error) => error is DescribedException described
        ? new RunError(described.Message, described.Where, described.What, described.Remedy, described is DatasetException several ? several.Faults : [])
        : Of(ErrorText.Of(error, debug: false));
}
