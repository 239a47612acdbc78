using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using NnUNet.Foundation;

namespace NnUNet.Cli.Frame;

/// <summary>
/// Makes options and arguments with an explanation, a readable complaint about wrong values, and the default shown in the help.
/// </summary>
internal static class Values
{
    /// <summary>An option that is on or off.</summary>
    public static Option<bool> Flag(string[] names, string help) => new(names[0], names[1..]) { Description = help };

    /// <summary>An option with one text: a name, a file or a folder.</summary>
    public static Option<string?> Text(string[] names, string value, string help, string? standard = null, bool required = false) =>
        WithStandard(new Option<string?>(names[0], names[1..]) { Description = help, HelpName = value, Required = required }, standard);

    /// <summary>An option with one of a few words.</summary>
    public static Option<string?> Choice(string[] names, string[] words, string help, string? standard = null) =>
        WithStandard(
            new Option<string?>(names[0], names[1..])
            {
                Description = help,
                HelpName = string.Join('|', words),
                CustomParser = result => OneOf(result, names[0], words),
                CompletionSources = { words },
            },
            standard);

    /// <summary>An option with one whole number.</summary>
    public static Option<int?> Integer(string[] names, string help, int? standard = null, int least = int.MinValue, string value = "N") =>
        WithStandard(
            new Option<int?>(names[0], names[1..])
            {
                Description = help,
                HelpName = value,
                CustomParser = result => ParseInteger(result, names[0], result.Tokens[0].Value, least),
            },
            standard);

    /// <summary>An option with one number.</summary>
    public static Option<double?> Number(string[] names, string help, double? standard = null, string value = "X") =>
        WithStandard(
            new Option<double?>(names[0], names[1..])
            {
                Description = help,
                HelpName = value,
                CustomParser = result => ParseNumber(result, names[0], result.Tokens[0].Value),
            },
            standard);

    /// <summary>An option with a length of time: <c>90s</c>, <c>45m</c>, <c>12h</c>, <c>1d</c>, <c>1h30m</c>, or <c>hh:mm:ss</c>.</summary>
    public static Option<TimeSpan?> Duration(string[] names, string help) => new(names[0], names[1..])
    {
        Description = help,
        HelpName = "TIME",
        CustomParser = result => ParseDuration(result, names[0], result.Tokens[0].Value),
    };

    /// <summary>An option with a fixed count of numbers; 0 for one or several.</summary>
    public static Option<double[]> Numbers(string[] names, string value, string help, int count = 0) =>
        new(names[0], names[1..])
        {
            Description = help,
            HelpName = value,
            AllowMultipleArgumentsPerToken = true,
            Arity = count == 0 ? ArgumentArity.OneOrMore : new ArgumentArity(count, count),
            CustomParser = result => [.. result.Tokens.Select(token => ParseNumber(result, names[0], token.Value) ?? 0)],
        };

    /// <summary>An option with one text or several, each a word of its own.</summary>
    public static Option<string[]> Texts(string[] names, string value, string help, bool required = false) =>
        new(names[0], names[1..])
        {
            Description = help,
            HelpName = value,
            Required = required,
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.OneOrMore,
        };

    /// <summary>An option with one whole number or several.</summary>
    public static Option<int[]> Integers(string[] names, string value, string help, bool required = false, int least = int.MinValue) =>
        new(names[0], names[1..])
        {
            Description = help,
            HelpName = value,
            Required = required,
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result => [.. result.Tokens.Select(token => ParseInteger(result, names[0], token.Value, least) ?? 0)],
        };

    /// <summary>A positional argument.</summary>
    public static Argument<string> Argument(string name, string help) => new(name) { Description = help };

    /// <summary>A positional argument that is one of a few words.</summary>
    public static Argument<string> Argument(string name, string[] words, string help) => new(name)
    {
        Description = help,
        CustomParser = result => OneOf(result, name, words),
        CompletionSources = { words },
    };

    private static Option<T> WithStandard<T>(Option<T> option, T standard)
    {
        if (standard is not null) option.DefaultValueFactory = _ => standard;
        return option;
    }

    private static string? OneOf(ArgumentResult result, string name, string[] words)
    {
        string given = result.Tokens[0].Value;
        if (words.Contains(given, StringComparer.Ordinal)) return given;
        result.AddError($"{name} is \"{given}\", but must be one of {string.Join(", ", words)}{(Nearest.Question(given, words) is { Length: > 0 } question ? "; " + question : "")}");
        return null;
    }

    private static int? ParseInteger(ArgumentResult result, string name, string given, int least)
    {
        if (int.TryParse(given, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least) return number;
        string bound = least == int.MinValue ? "" : $" of at least {least}";
        result.AddError($"{name} is \"{given}\", but must be a whole number{bound}");
        return null;
    }

    private static TimeSpan? ParseDuration(ArgumentResult result, string name, string given)
    {
        if (given.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(given, CultureInfo.InvariantCulture, out TimeSpan clock) && clock > TimeSpan.Zero) return clock;

        Match parts = Regex.Match(given, "^(?:([0-9]{1,4})d)?(?:([0-9]{1,5})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,7})s)?$");
        int[] numbers = [.. parts.Groups.Values.Skip(1).Select(static g => g.Success ? int.Parse(g.Value, CultureInfo.InvariantCulture) : 0)];
        if (parts.Success && numbers.Any(static n => n > 0)) return new TimeSpan(numbers[0], numbers[1], numbers[2], numbers[3]);

        result.AddError($"{name} is \"{given}\", but must be a time such as 45m, 12h, 1h30m, 1d or 02:30:00");
        return null;
    }

    private static double? ParseNumber(ArgumentResult result, string name, string given)
    {
        if (double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)) return number;
        result.AddError($"{name} is \"{given}\", but must be a number");
        return null;
    }
}
