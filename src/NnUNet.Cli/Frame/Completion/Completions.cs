using System.CommandLine;
using System.CommandLine.Completions;

namespace NnUNet.Cli.Frame.Completion;

/// <summary>What can be typed after the program's name, as the scripts of the shells need it.</summary>
/// <param name="Common">The options of every command.</param>
/// <param name="Commands">The commands.</param>
internal sealed record Completions(IReadOnlyList<CompletedOption> Common, IReadOnlyList<CompletedCommand> Commands)
{
    /// <summary>The program that takes a command's name as its first word; the original's commands are programs too.</summary>
    public const string Program = "nnunet";

    /// <summary>Every name under which the program is called.</summary>
    public IEnumerable<string> Programs => Commands.Select(static c => c.Name).Where(OriginalNames.Has).Prepend(Program);

    /// <summary>Reads the definitions.</summary>
    public static Completions Of(IReadOnlyList<KeyValuePair<string, CommandDefinition>> commands) => new(
        [.. new CommonOptions().All.Select(OptionOf)],
        [
            .. commands.Select(static entry => new CompletedCommand(
                entry.Key,
                entry.Value.Summary,
                [.. entry.Value.Symbols.OfType<Option>().Select(OptionOf)],
                [.. entry.Value.Symbols.OfType<Argument>().Select(static argument => Words(argument.CompletionSources))])),
        ]);

    /// <summary>The options that a command takes, its own and those of every command.</summary>
    public IEnumerable<CompletedOption> OptionsOf(CompletedCommand command) => command.Options.Concat(Common);

    private static CompletedOption OptionOf(Option option)
    {
        bool flag = option.ValueType == typeof(bool);
        int most = flag ? 0 : option.AllowMultipleArgumentsPerToken ? Math.Min(option.Arity.MaximumNumberOfValues, CompletedOption.Unlimited) : 1;
        return new CompletedOption([option.Name, .. option.Aliases.Where(alias => alias != option.Name)], most, flag ? [] : Words(option.CompletionSources));
    }

    private static string[] Words(IEnumerable<Func<CompletionContext, IEnumerable<CompletionItem>>> sources) =>
        [.. sources.SelectMany(static source => source(CompletionContext.Empty)).Select(static item => item.InsertText ?? item.Label)];
}

/// <summary>A command.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Options">Its own options.</param>
/// <param name="Arguments">The words that each of its arguments can be; none for an argument that can be anything.</param>
internal sealed record CompletedCommand(string Name, string Summary, IReadOnlyList<CompletedOption> Options, IReadOnlyList<IReadOnlyList<string>> Arguments);

/// <summary>An option.</summary>
/// <param name="Names">Its names.</param>
/// <param name="Values">How many values follow it at most: 0 for a switch.</param>
/// <param name="Words">What its values can be; none where they can be anything.</param>
internal sealed record CompletedOption(IReadOnlyList<string> Names, int Values, IReadOnlyList<string> Words)
{
    /// <summary>Stands for values without end.</summary>
    public const int Unlimited = 99;
}
