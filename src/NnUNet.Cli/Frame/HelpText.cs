using System.CommandLine;
using System.Text;

namespace NnUNet.Cli.Frame;

/// <summary>The texts of <c>--help</c>.</summary>
/// <param name="width">Columns.</param>
/// <param name="style">How titles and names are set off.</param>
internal sealed class HelpText(int width, Style style)
{
    private const int Indent = 2;

    /// <summary>The widest column of option names; narrower where the terminal is.</summary>
    private const int MostLeft = 34;

    private const string OptionsOfEveryCommand = "Options of every command";

    private readonly StringBuilder _text = new();

    /// <summary>Every command by group, and the common options.</summary>
    public string ForProgram(IReadOnlyList<KeyValuePair<string, CommandDefinition>> commands, CommonOptions common)
    {
        Wrapped("nnU-Net for .NET: a segmentation method that configures itself for a data set of 3D or 2D images.");
        _text.AppendLine();
        Wrapped($"{style.Title("Usage:")} nnunet COMMAND [options]");
        int left = Math.Min(width / 2, commands.Max(static entry => entry.Key.Length));
        foreach (IGrouping<CommandGroup, KeyValuePair<string, CommandDefinition>> group in commands.GroupBy(static entry => entry.Value.Group))
        {
            Heading(TitleOf(group.Key));
            foreach ((string name, CommandDefinition command) in group) Row(name, command.Summary, left);
        }

        OptionRows(OptionsOfEveryCommand, common.All, LeftColumn(common.All.Select(FullForm)));
        _text.AppendLine();
        Wrapped("nnunet COMMAND --help explains a command. Each nnUNet_… and nnUNetv2_… command is also a program of its own after installation.");
        return _text.ToString().TrimEnd();
    }

    /// <summary>One command with its arguments and options.</summary>
    public string ForCommand(string name, CommandDefinition command, CommonOptions common)
    {
        Wrapped(command.Summary);
        if (command.Details.Length > 0)
        {
            _text.AppendLine();
            foreach (string paragraph in command.Details.Split('\n')) Wrapped(paragraph);
        }

        _text.AppendLine();
        string program = OriginalNames.Has(name) ? name : $"nnunet {name}";
        Wrapped($"{style.Title("Usage:")} {Usage(program, command)}", "Usage: ".Length + program.Length + 1);
        Argument[] arguments = [.. command.Symbols.OfType<Argument>()];
        if (arguments.Length > 0)
        {
            Heading("Arguments");
            int left = LeftColumn(arguments.Select(static a => a.Name));
            foreach (Argument argument in arguments) Row(argument.Name, argument.Description ?? "", left);
        }

        OptionGroup[] groups = [.. GroupsOf(command)];
        int column = LeftColumn(groups.SelectMany(static g => g.Options).Select(FullForm));
        foreach (OptionGroup group in groups) OptionRows(group.Title, group.Options, column);
        Heading(OptionsOfEveryCommand);
        Wrapped($"{new string(' ', Indent)}{string.Join(", ", common.All.Select(static option => option.Name))}: nnunet --help explains them.", Indent);
        if (command.Examples.Count > 0)
        {
            Heading(command.Examples.Count == 1 ? "Example" : "Examples");
            foreach (string example in command.Examples) _text.Append(' ', Indent).AppendLine(style.Term(example));
        }

        return _text.ToString().TrimEnd();
    }

    /// <summary>A command's options by group; those that belong to none come last.</summary>
    public static IEnumerable<OptionGroup> GroupsOf(CommandDefinition command)
    {
        IReadOnlyList<OptionGroup> groups = command.Groups;
        Option[] rest = [.. command.Symbols.OfType<Option>().Where(option => !groups.Any(group => group.Options.Contains(option)))];
        return rest.Length == 0 ? groups : groups.Append(new OptionGroup(groups.Count == 0 ? "Options" : "Other options", rest));
    }

    private static string TitleOf(CommandGroup group) => group switch
    {
        CommandGroup.Data => "Data sets",
        CommandGroup.Planning => "Planning and preprocessing",
        CommandGroup.Training => "Training",
        CommandGroup.Prediction => "Prediction",
        CommandGroup.Evaluation => "Evaluation",
        CommandGroup.Models => "Models",
        _ => "This program",
    };

    private static string Usage(string program, CommandDefinition command)
    {
        IEnumerable<string> arguments = command.Symbols.OfType<Argument>().Select(static argument => argument.Arity switch
        {
            { MinimumNumberOfValues: > 0 } => argument.Name,
            { MaximumNumberOfValues: 1 } => $"[{argument.Name}]",
            _ => $"[{argument.Name} ...]",
        });
        IEnumerable<string> required = command.Symbols.OfType<Option>().Where(static option => option.Required).Select(Form);
        bool others = command.Symbols.OfType<Option>().Any(static option => !option.Required);
        return string.Join(' ', (string[])[program, .. arguments, .. required, .. others ? ["[options]"] : Array.Empty<string>()]);
    }

    private void OptionRows(string title, IReadOnlyList<Option> options, int left)
    {
        Heading(title);
        foreach (Option option in options) Row(FullForm(option), Explanation(option), left);
    }

    private static string FullForm(Option option)
    {
        IEnumerable<string> names = ((string[])[option.Name, .. option.Aliases]).Distinct().OrderBy(static name => name.Length);
        return string.Join(", ", names) + ValueOf(option);
    }

    private static string Form(Option option) => option.Name + ValueOf(option);

    private static string ValueOf(Option option)
    {
        if (option.ValueType == typeof(bool)) return "";
        string value = option.HelpName ?? "VALUE";
        if (option.Arity.MinimumNumberOfValues == 0) return $" [{value}]";
        return option.AllowMultipleArgumentsPerToken && option.Arity.MaximumNumberOfValues > 100 ? $" {value} ..." : $" {value}";
    }

    private static string Explanation(Option option)
    {
        string text = option.Description ?? "";
        if (option.Required) text += " Required.";
        bool hasDefault = option.ValueType != typeof(bool) && option.HasDefaultValue && option.GetDefaultValue() is not (null or "");
        return hasDefault ? $"{text} Default: {FormattableString.Invariant($"{option.GetDefaultValue()}")}." : text;
    }

    private void Heading(string title) => _text.AppendLine().AppendLine(style.Title(title));

    private int LeftColumn(IEnumerable<string> names)
    {
        // A plain loop: the framework's maximum of numbers is compiled anew at each start, which takes longer than all of the help.
        int longest = 0;
        foreach (string name in names) longest = Math.Max(longest, name.Length);
        return Math.Min(Math.Min(MostLeft, width * 2 / 5), longest);
    }

    private void Row(string left, string right, int leftWidth)
    {
        int column = Indent + leftWidth + 2;
        string head = new string(' ', Indent) + style.Term(left);
        if (left.Length > leftWidth)
        {
            _text.AppendLine(head);
            head = new string(' ', column);
        }
        else
        {
            head += new string(' ', column - Indent - left.Length);
        }

        _text.Append(head);
        Words(right, column, column);
    }

    private void Wrapped(string words, int hanging = 0)
    {
        int indent = words.Length - words.TrimStart(' ').Length;
        _text.Append(' ', indent);
        Words(words, indent, hanging);
    }

    /// <summary>Appends words, breaking lines before the last column.</summary>
    /// <param name="words">The words.</param>
    /// <param name="at">The column where the first one begins.</param>
    /// <param name="hanging">The column where further lines begin.</param>
    private void Words(string words, int at, int hanging)
    {
        bool fresh = true;
        foreach (string word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int length = Style.LengthOf(word);
            if (!fresh && at + 1 + length > width)
            {
                _text.AppendLine().Append(' ', hanging);
                at = hanging;
                fresh = true;
            }

            _text.Append(fresh ? "" : " ").Append(word);
            at += length + (fresh ? 0 : 1);
            fresh = false;
        }

        _text.AppendLine();
    }
}
