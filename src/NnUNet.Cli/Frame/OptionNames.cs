using System.CommandLine;
using System.Globalization;

namespace NnUNet.Cli.Frame;

/// <summary>The names of options that a word of the command line may stand for, by the rules of the original's parser.</summary>
/// <remarks>
/// Python's argparse takes a whole name first, then any beginning of one that fits no other: <c>--disable_t</c>, <c>-no</c>. Behind a name
/// of one letter the value may follow at once (<c>-t4</c>), and behind a switch of one letter other ones (<c>-cp NAME</c>). Here the
/// original's options of a command come before those that only we have, so that what was unambiguous there stays so.
/// Source: Lib/argparse.py of Python 3.11, <c>_parse_optional</c> and <c>_get_option_tuples</c>.
/// </remarks>
internal sealed class OptionNames
{
    private const int ShortName = 2; // a dash and a letter

    private readonly Dictionary<string, Option> _all = new(StringComparer.Ordinal);
    private readonly string[] _original;

    /// <summary>The names of a command's options.</summary>
    /// <param name="options">All options that may stand there.</param>
    /// <param name="original">Those of them that the original has.</param>
    public OptionNames(IEnumerable<Option> options, IEnumerable<Option> original)
    {
        foreach (Option option in options)
        {
            foreach (string name in NamesOf(option)) _all[name] = option;
        }

        _original = [.. original.SelectMany(NamesOf)];
    }

    /// <summary>What a word means.</summary>
    /// <param name="word">The word as it was typed.</param>
    public OptionReading Read(string word)
    {
        if (word.Length < ShortName || word[0] != '-' || word == "--") return OptionReading.None;
        if (_all.TryGetValue(word, out Option? exact)) return new OptionReading(exact, word, null);

        (string head, string? value) = Split(word);
        if (_all.TryGetValue(head, out exact)) return new OptionReading(exact, head, value);

        OptionReading reading = Among(_original, word, head, value);
        return reading.Option is null && reading.Candidates.Count == 0 ? Among(_all.Keys, word, head, value) : reading;
    }

    /// <summary>An option by its whole name.</summary>
    public Option? Find(string name) => _all.GetValueOrDefault(name);

    /// <summary>Whether a word is an option, known or not, rather than a value: it begins with a dash, is no number and holds no space.</summary>
    public static bool LooksLikeOption(string word) =>
        word.Length >= ShortName && word[0] == '-' && !word.Contains(' ', StringComparison.Ordinal) && !double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>All names of an option.</summary>
    public static IEnumerable<string> NamesOf(Option option) => [option.Name, .. option.Aliases.Where(alias => alias != option.Name)];

    private OptionReading Among(IEnumerable<string> names, string word, string head, string? value)
    {
        bool twoDashes = word[1] == '-';
        List<OptionReading> found = [];
        foreach (string name in names)
        {
            if (name.Length < ShortName || name[1] == '-' != twoDashes) continue;
            OptionReading? reading = null;
            if (head.Length >= ShortName && name.StartsWith(head, StringComparison.Ordinal)) reading = new OptionReading(_all[name], name, value);
            else if (!twoDashes && name == word[..ShortName] && !MissesADash(head)) reading = new OptionReading(_all[name], name, word[ShortName..]) { Attached = true };
            if (reading is not null && found.TrueForAll(other => other.Option != reading.Option)) found.Add(reading);
        }

        return found.Count switch
        {
            0 => OptionReading.None,
            1 => found[0],
            _ => OptionReading.None with { Candidates = [.. found.Select(static f => f.Attached ? $"{f.Name} {f.Given}" : f.Name)] },
        };
    }

    /// <summary>Whether -folds is meant to be --folds: nobody means the value "olds" of -f.</summary>
    private bool MissesADash(string head) => _all.ContainsKey("-" + head);

    private static (string Head, string? Value) Split(string word)
    {
        int at = word.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? (word, null) : (word[..at], word[(at + 1)..]);
    }
}

/// <summary>What a word of the command line means.</summary>
/// <param name="Option">The option that it names; null where it names none.</param>
/// <param name="Name">The option's whole name.</param>
/// <param name="Given">The value that the word holds too; null where it holds none.</param>
internal sealed record OptionReading(Option? Option, string Name, string? Given)
{
    /// <summary>No option.</summary>
    public static readonly OptionReading None = new(null, "", null);

    /// <summary>Whether the value stands at once behind a name of one letter.</summary>
    public bool Attached { get; init; }

    /// <summary>The options that the word may stand for where there are several; none otherwise.</summary>
    public IReadOnlyList<string> Candidates { get; init; } = [];
}
