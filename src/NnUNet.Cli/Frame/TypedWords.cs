using System.CommandLine;
using NnUNet.Foundation;

namespace NnUNet.Cli.Frame;

/// <summary>
/// A command line as it was typed, and the same in the form that the parser takes: names of options in full, values apart from them, and
/// each option once, for of one that is repeated the last counts, as in the original.
/// </summary>
internal sealed class TypedWords
{
    private const string NoMoreOptions = "--";

    private readonly List<Word> _words = [];
    private readonly Dictionary<string, string> _faults = new(StringComparer.Ordinal);
    private readonly List<string> _readings = [];
    private readonly List<string> _warnings = [];

    private TypedWords(IReadOnlyList<string> typed, CommonOptions common, IReadOnlyList<KeyValuePair<string, CommandDefinition>> commands)
    {
        OptionNames names = new(common.All, [common.Help]);
        bool inCommand = false;
        for (int i = 0; i < typed.Count; i++)
        {
            if (typed[i] == NoMoreOptions)
            {
                _words.AddRange(typed.Skip(i).Select(static word => new Word(word, null)));
                break;
            }

            OptionReading reading = names.Read(typed[i]);
            Add(typed[i], reading, names);
            if (inCommand || typed[i].StartsWith('-')) continue;
            bool isValue = i > 0 && names.Read(typed[i - 1]) is { Option: { } before, Given: null } && !IsFlag(before);
            if (isValue) continue;

            // The first word that is neither an option nor the value of one names the command; what follows are its options too.
            inCommand = true;
            CommandDefinition? command = commands.FirstOrDefault(entry => entry.Key == typed[i]).Value;
            if (command is not null) names = new OptionNames([.. command.Symbols.OfType<Option>(), .. common.All], [.. command.OriginalOptions, common.Help]);
        }

        RemoveRepeated();
        Words = [.. _words.Select(static word => word.Text)];
    }

    /// <summary>The words for the parser.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>How words were read that hold an option and its value, such as "-t4 was read as -t 4".</summary>
    public IReadOnlyList<string> Readings => _readings;

    /// <summary>Words of a value at once behind its option that counted for nothing, since the option followed again: perhaps another option was meant.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Reads a command line.</summary>
    /// <param name="typed">The words.</param>
    /// <param name="common">The options of every command.</param>
    /// <param name="commands">The commands that there are.</param>
    public static TypedWords Of(IReadOnlyList<string> typed, CommonOptions common, IReadOnlyList<KeyValuePair<string, CommandDefinition>> commands) => new(typed, common, commands);

    /// <summary>Which options a word may stand for where there are several; otherwise null.</summary>
    public string? FaultOf(string word) => _faults.GetValueOrDefault(word);

    private void Add(string typed, OptionReading reading, OptionNames names)
    {
        if (reading.Option is null)
        {
            if (reading.Candidates.Count > 0) _faults[typed] = $"{typed} may be {Nearest.Either(reading.Candidates)}; write more of it";
            _words.Add(new Word(typed, null));
        }
        else if (reading.Attached && IsFlag(reading.Option))
        {
            AddSwitches(typed, reading, names);
        }
        else
        {
            string? told = reading.Attached ? $"{typed} was read as {reading.Name} {reading.Given}" : null;
            _words.Add(new Word(reading.Given is null ? reading.Name : $"{reading.Name}={reading.Given}", reading.Option) { Reading = told });
            if (told is not null) _readings.Add(told);
        }
    }

    /// <summary>Several options behind one dash: switches of one letter, and at most one option with a value at their end.</summary>
    private void AddSwitches(string typed, OptionReading first, OptionNames names)
    {
        List<Word> words = [new(first.Name, first.Option)];
        for (string rest = first.Given!; rest.Length > 0;)
        {
            string name = "-" + rest[0];
            rest = rest[1..];
            if (names.Find(name) is not { } option)
            {
                _words.Add(new Word(typed, null));
                return;
            }

            bool takesRest = !IsFlag(option) && rest.Length > 0;
            words.Add(new Word(takesRest ? $"{name}={rest}" : name, option));
            if (takesRest) break;
        }

        _words.AddRange(words);
        _readings.Add($"{typed} was read as {string.Join(' ', words.Select(static word => word.Text))}");
    }

    /// <summary>Leaves out an option with its values where the same option follows again.</summary>
    private void RemoveRepeated()
    {
        HashSet<Option> later = [];
        for (int i = _words.Count - 1; i >= 0; i--)
        {
            if (_words[i].Option is not { } option || IsFlag(option) || MayBeRepeated(option) || later.Add(option)) continue;
            if (_words[i].Reading is { } reading) _warnings.Add($"{reading}, in whose place a later {option.Name} counts");
            int most = TakesWhatFollows(option) ? option.Arity.MaximumNumberOfValues : 1;
            int given = _words[i].Text.Contains('=', StringComparison.Ordinal) ? 1 : 0;
            int end = i + 1;
            while (end < _words.Count && given < most && _words[end].IsValue)
            {
                end++;
                given++;
            }

            _words.RemoveRange(i, end - i);
        }
    }

    private static bool IsFlag(Option option) => option.ValueType == typeof(bool);

    private static bool TakesWhatFollows(Option option) => option.AllowMultipleArgumentsPerToken;

    /// <summary>Whether the option collects what it is given in several places; its help then says so.</summary>
    private static bool MayBeRepeated(Option option) => option.Arity.MaximumNumberOfValues > 1 && !option.AllowMultipleArgumentsPerToken;

    private sealed record Word(string Text, Option? Option)
    {
        /// <summary>How the word was read, where it held an option and its value.</summary>
        public string? Reading { get; init; }

        public bool IsValue => Option is null && Text != NoMoreOptions && !OptionNames.LooksLikeOption(Text);
    }
}
