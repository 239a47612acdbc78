using System.CommandLine;
using System.Text;

namespace NnUNet.Cli.Frame;

/// <summary>The texts of <c>--help</c>.</summary>
internal static class HelpText
{
    private const int Indent = 2;

    /// <summary>Every command by group, and the common options.</summary>
    public static string ForProgram(IReadOnlyList<KeyValuePair<string, CommandDefinition>> commands, CommonOptions common, int width)
    {
        StringBuilder text = new();
        text.AppendLine("nnU-Net for .NET: a segmentation method that configures itself for a data set of 3D or 2D images.");
        text.AppendLine().AppendLine("Usage: nnunet COMMAND [options]");
        int left = commands.Max(static entry => entry.Key.Length);
        foreach (IGrouping<CommandGroup, KeyValuePair<string, CommandDefinition>> group in commands.GroupBy(static entry => entry.Value.Group))
        {
            text.AppendLine().AppendLine(TitleOf(group.Key));
            foreach ((string name, CommandDefinition command) in group) Row(text, name, command.Summary, left, width);
        }

        text.AppendLine().AppendLine("Options of every command");
        OptionRows(text, common.All, width);
        text.AppendLine().Append("nnunet COMMAND --help explains a command. Each nnUNet_… command is also a program of its own after installation.");
        return text.ToString();
    }

    /// <summary>One command with its arguments and options.</summary>
    public static string ForCommand(string name, CommandDefinition command, CommonOptions common, int width)
    {
        StringBuilder text = new();
        text.AppendLine(command.Summary);
        if (command.Details.Length > 0)
        {
            text.AppendLine();
            foreach (string paragraph in command.Details.Split('\n')) Wrapped(text, paragraph, 0, width);
        }

        text.AppendLine();
        string program = name.StartsWith("nnUNet_", StringComparison.Ordinal) ? name : $"nnunet {name}";
        Wrapped(text, Usage(program, command), 7 + program.Length + 1, width, "Usage: ");
        Argument[] arguments = [.. command.Symbols.OfType<Argument>()];
        if (arguments.Length > 0)
        {
            text.AppendLine().AppendLine("Arguments");
            foreach (Argument argument in arguments) Row(text, argument.Name, argument.Description ?? "", arguments.Max(static a => a.Name.Length), width);
        }

        Option[] options = [.. command.Symbols.OfType<Option>()];
        if (options.Length > 0)
        {
            text.AppendLine().AppendLine("Options");
            OptionRows(text, options, width);
        }

        text.AppendLine().AppendLine("Options of every command");
        OptionRows(text, common.All, width);
        if (command.Examples.Count > 0)
        {
            text.AppendLine().AppendLine(command.Examples.Count == 1 ? "Example" : "Examples");
            foreach (string example in command.Examples) text.Append(' ', Indent).AppendLine(example);
        }

        return text.ToString().TrimEnd();
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
        IEnumerable<string> arguments = command.Symbols.OfType<Argument>().Select(static argument => argument.Name);
        IEnumerable<string> required = command.Symbols.OfType<Option>().Where(static option => option.Required).Select(Form);
        bool others = command.Symbols.OfType<Option>().Any(static option => !option.Required);
        return string.Join(' ', (string[])[program, .. arguments, .. required, .. others ? ["[options]"] : Array.Empty<string>()]);
    }

    private static void OptionRows(StringBuilder text, IReadOnlyList<Option> options, int width)
    {
        int left = Math.Min(34, options.Max(static option => FullForm(option).Length));
        foreach (Option option in options) Row(text, FullForm(option), Explanation(option), left, width);
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

    private static void Row(StringBuilder text, string left, string right, int leftWidth, int width)
    {
        int column = Indent + leftWidth + 2;
        string head = new string(' ', Indent) + left;
        if (head.Length > column - 2)
        {
            text.AppendLine(head);
            head = "";
        }

        Wrapped(text, right, column, width, head.PadRight(column));
    }

    private static void Wrapped(StringBuilder text, string words, int hanging, int width, string head = "")
    {
        string line = head;
        bool fresh = true;
        foreach (string word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!fresh && line.Length + 1 + word.Length > width)
            {
                text.AppendLine(line.TrimEnd());
                line = new string(' ', hanging);
                fresh = true;
            }

            line += fresh ? word : " " + word;
            fresh = false;
        }

        text.AppendLine(line.TrimEnd());
    }
}
