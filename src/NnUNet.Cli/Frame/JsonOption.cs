using System.CommandLine;

namespace NnUNet.Cli.Frame;

/// <summary>The option <c>--json [FILE]</c> of a command: what it did, as one document for programs.</summary>
internal sealed class JsonOption : Option<string?>
{
    /// <summary>The option of a command.</summary>
    /// <param name="document">The document's kind and version, such as <c>nnunet/doctor/1</c>; its schema is in <c>docs/schemas</c>.</param>
    public JsonOption(string document)
        : base(OptionName)
    {
        Document = document;
        Description = "Write what was done as one JSON document too, failures included: into FILE, or to the standard output without FILE or with -; then all other text goes to the error stream.";
        HelpName = "FILE";
        Arity = ArgumentArity.ZeroOrOne;
    }

    /// <summary>The option's name.</summary>
    public const string OptionName = "--json";

    /// <summary>In the place of a file: the standard output.</summary>
    public const string StandardOutput = "-";

    /// <summary>The document's kind and version.</summary>
    public string Document { get; }

    /// <summary>The words of a command line with a - after an option --json that would take the word behind it; null where there is none.</summary>
    /// <remarks>In <c>model_info --json MODEL</c> the model is meant, not a file.</remarks>
    /// <param name="args">The words.</param>
    public static string[]? WithStandardOutput(IReadOnlyList<string> args)
    {
        int at = args.ToList().IndexOf(OptionName);
        return at < 0 ? null : [.. args.Take(at + 1), StandardOutput, .. args.Skip(at + 1)];
    }
}
