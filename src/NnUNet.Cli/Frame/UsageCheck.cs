using System.CommandLine;
using System.CommandLine.Parsing;
using NnUNet.Foundation;

namespace NnUNet.Cli.Frame;

/// <summary>Finds every fault of a command line and says what was meant.</summary>
internal static class UsageCheck
{
    /// <summary>The faults in plain words; none where the command line is right.</summary>
    public static IReadOnlyList<string> Faults(ParseResult result, TypedWords typed, IReadOnlyList<string> commands)
    {
        Command command = result.CommandResult.Command;
        if (command is RootCommand) return RootFaults(result, typed, commands);

        string[] unknown = [.. UnknownOptions(result, typed.Words)];
        if (unknown.Length > 0)
        {
            // An unknown option drags its value along; what follows from that would only confuse.
            string[] names = [.. Options(result).SelectMany(OptionNames.NamesOf)];
            return [.. unknown.Select(option => typed.FaultOf(option) ?? UnknownOption(option, names))];
        }

        return [.. result.Errors.Select(error => Describe(error, result)).Distinct()];
    }

    private static List<string> RootFaults(ParseResult result, TypedWords typed, IReadOnlyList<string> commands)
    {
        string? first = result.UnmatchedTokens is [var unmatched, ..] ? unmatched : null;
        if (first is null) return [.. result.Errors.Select(error => Describe(error, result)).Where(static text => text.Length > 0)];
        if (first.StartsWith('-')) return [typed.FaultOf(first) ?? UnknownOption(first, [.. Options(result).SelectMany(OptionNames.NamesOf)])];
        return [$"there is no command \"{first}\"; {QuestionOr(first, commands, "nnunet --help")}"];
    }

    private static IEnumerable<string> UnknownOptions(ParseResult result, IReadOnlyList<string> given)
    {
        foreach (Token token in result.Tokens)
        {
            if (token.Type == TokenType.DoubleDash) yield break;
            if (token.Type == TokenType.Argument && OptionNames.LooksLikeOption(token.Value) && given.Contains(token.Value)) yield return token.Value;
        }
    }

    private static string UnknownOption(string given, string[] names)
    {
        string name = given.Split('=', 2)[0];
        return $"there is no option {name}; {QuestionOr(name, names, "--help")}";
    }

    private static string QuestionOr(string given, IReadOnlyList<string> known, string listing) =>
        Nearest.Question(given, known) is { Length: > 0 } question ? question : Nearest.Remedy(given, known, listing);

    private static string Describe(ParseError error, ParseResult result)
    {
        switch (error.SymbolResult)
        {
            case OptionResult { Option: var option } when option.Required && !IsGiven(option, result):
                return Missing(option);
            case OptionResult { Option: var option, Tokens.Count: 0 }:
                return $"{option.Name} needs a value: {option.HelpName ?? "VALUE"} ({FirstClause(option.Description)})";
            case OptionResult { Option: var option } given when given.Tokens.Count < option.Arity.MinimumNumberOfValues:
                return $"{option.Name} needs {option.Arity.MinimumNumberOfValues} values: {option.HelpName} ({FirstClause(option.Description)})";
            case ArgumentResult { Tokens.Count: 0 } argument when argument.Parent is CommandResult:
                return $"{argument.Argument.Name} is missing: {FirstClause(argument.Argument.Description)}";
            default:
                return result.UnmatchedTokens.FirstOrDefault(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal)) is { } surplus
                    ? $"\"{surplus}\" is one value too many"
                    : error.Message;
        }
    }

    private static string Missing(Option option) =>
        $"{string.Join('/', OptionNames.NamesOf(option))} is missing: {option.HelpName ?? "VALUE"} ({FirstClause(option.Description)})";

    private static bool IsGiven(Option option, ParseResult result) => result.GetResult(option) is { Implicit: false };

    private static IEnumerable<Option> Options(ParseResult result)
    {
        for (SymbolResult? at = result.CommandResult; at is CommandResult { Command: var command }; at = at.Parent)
        {
            foreach (Option option in command.Options)
            {
                if (!option.Hidden && (command == result.CommandResult.Command || option.Recursive)) yield return option;
            }
        }
    }

    private static string FirstClause(string? help) => (help ?? "").Split(["; ", ". "], 2, StringSplitOptions.None)[0].TrimEnd('.');
}
