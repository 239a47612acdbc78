using System.Globalization;
using System.Text;

namespace NnUNet.Cli.Frame.Completion;

/// <summary>The scripts by which bash, zsh and PowerShell complete the program's command lines.</summary>
internal static class ShellScript
{
    /// <summary>The shells that there is a script for.</summary>
    public static readonly string[] Shells = ["bash", "zsh", "pwsh"];

    // Both shells: finds the command, then what stands before the word to complete, and prints what may stand there.
    private const string Finder = """
        _nnunet_candidates() { # PROGRAM CURRENT-WORD WORD...: prints the words that may follow, or nothing where it may be anything
          local program="${1##*/}" current="$2" command="" option="" left=0 position=0 word="" next=""
          shift 2
          [ "$program" = nnunet ] || command="$program"
          for word in "$@"; do
            case "$word" in
              -*)
                next=$(_nnunet_values "$command" "$word")
                option="$word"
                left="${next:-0}"
                ;;
              *)
                if [ "$left" -gt 0 ]; then left=$((left - 1))
                elif [ -z "$command" ]; then command="$word"
                else position=$((position + 1))
                fi
                ;;
            esac
          done
          case "$current" in
            -*) _nnunet_options "$command"; return ;;
          esac
          if [ "$left" -gt 0 ]; then _nnunet_words "$command" "$option"
          elif [ -z "$command" ]; then _nnunet_commands
          else _nnunet_words "$command" "$((position + 1))"
          fi
        }
        """;

    private const string Bash = """
        _nnunet() {
          local current="${COMP_WORDS[COMP_CWORD]}" candidates
          candidates=$(_nnunet_candidates "${COMP_WORDS[0]}" "$current" "${COMP_WORDS[@]:1:COMP_CWORD-1}")
          if [ -n "$candidates" ]; then
            COMPREPLY=($(compgen -W "$candidates" -- "$current"))
          else
            COMPREPLY=()
            compopt -o default 2>/dev/null || true
          fi
        }
        """;

    private const string Zsh = """
        _nnunet() {
          local candidates
          candidates=$(_nnunet_candidates "${words[1]}" "${words[CURRENT]}" "${(@)words[2,CURRENT-1]}")
          if [ -n "$candidates" ]; then
            compadd -- ${=candidates}
          else
            _files
          fi
        }
        """;

    private const string PowerShell = """
        $nnunetComplete = {
            param($wordToComplete, $commandAst, $cursorPosition)
            $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or $_.Extent.Text -ne $wordToComplete } | ForEach-Object { $_.Extent.Text })
            $program = [System.IO.Path]::GetFileNameWithoutExtension($words[0])
            $command = if ($program -eq 'nnunet') { '' } else { $program }
            $option = ''; $left = 0; $position = 0
            foreach ($word in ($words | Select-Object -Skip 1)) {
                if ($word.StartsWith('-')) { $option = $word; $left = [int]$nnunetValues["$command $word"] + [int]$nnunetValues[" $word"] }
                elseif ($left -gt 0) { $left-- }
                elseif ($command -eq '') { $command = $word }
                else { $position++ }
            }
            $candidates = if ($wordToComplete.StartsWith('-')) { @($nnunetOptions[$command]) + @($nnunetOptions['']) }
                elseif ($left -gt 0) { $nnunetWords["$command $option"] }
                elseif ($command -eq '') { $nnunetCommands }
                else { $nnunetWords["$command $($position + 1)"] }
            $candidates | Where-Object { $_ -and $_.StartsWith($wordToComplete) } | Select-Object -Unique | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    /// <summary>The script for a shell.</summary>
    /// <param name="shell">One of <see cref="Shells"/>.</param>
    /// <param name="all">What can be typed.</param>
    public static string For(string shell, Completions all) => shell switch
    {
        "bash" => Posix("bash", all, Bash, "complete -F _nnunet"),
        "zsh" => "#compdef " + string.Join(' ', all.Programs) + "\n" + Posix("zsh", all, Zsh, "compdef _nnunet") + "\nif [ \"${funcstack[1]}\" = _nnunet ]; then _nnunet \"$@\"; fi", // as a file of fpath it is called at once
        "pwsh" => ForPowerShell(all),
        _ => throw new ArgumentOutOfRangeException(nameof(shell), shell, "There is no script for this shell."),
    };

    private static string Posix(string shell, Completions all, string driver, string register)
    {
        StringBuilder text = new();
        text.Append(Head(shell));
        Function(text, "_nnunet_commands", [("*", string.Join(' ', all.Commands.Select(static c => c.Name)))]);
        Function(
            text,
            "_nnunet_options",
            [.. all.Commands.Select(c => (Quoted(c.Name), Names(all.OptionsOf(c)))), ("*", Names(all.Common))]);
        Function(text, "_nnunet_values", [.. Tables(all).Values.Select(static v => (Pattern(v.Command, v.Names), v.Count.ToString(CultureInfo.InvariantCulture)))]);
        Function(text, "_nnunet_words", [.. Tables(all).Words.Select(static w => (Pattern(w.Command, w.Names), string.Join(' ', w.Words)))]);
        text.Append(Finder).Append("\n\n").Append(driver).Append("\n\n");
        text.Append(register).Append(' ').AppendJoin(' ', all.Programs);
        return text.ToString();
    }

    private static string ForPowerShell(Completions all)
    {
        StringBuilder text = new();
        text.Append(Head("pwsh"));
        text.Append("$nnunetCommands = ").Append(List(all.Commands.Select(static c => c.Name))).Append('\n');
        text.Append("$nnunetOptions = @{\n  '' = ").Append(List(all.Common.SelectMany(static o => o.Names))).Append('\n');
        foreach (CompletedCommand command in all.Commands) text.Append(CultureInfo.InvariantCulture, $"  '{command.Name}' = {List(command.Options.SelectMany(static o => o.Names))}\n");
        text.Append("}\n$nnunetValues = [System.Collections.Hashtable]::new([System.StringComparer]::Ordinal)\n");
        foreach ((string command, IReadOnlyList<string> names, int count) in Tables(all).Values)
        {
            foreach (string name in names) text.Append(CultureInfo.InvariantCulture, $"$nnunetValues['{command} {name}'] = {count}\n");
        }

        text.Append("$nnunetWords = [System.Collections.Hashtable]::new([System.StringComparer]::Ordinal)\n");
        foreach ((string command, IReadOnlyList<string> names, IReadOnlyList<string> words) in Tables(all).Words)
        {
            foreach (string name in names) text.Append(CultureInfo.InvariantCulture, $"$nnunetWords['{command} {name}'] = {List(words)}\n");
        }

        text.Append(PowerShell).Append("\n\nRegister-ArgumentCompleter -Native -CommandName ").AppendJoin(", ", all.Programs).Append(" -ScriptBlock $nnunetComplete");
        return text.ToString();
    }

    private static string Head(string shell) => $"# Completes nnunet and the nnUNet_... and nnUNetv2_... commands in {shell}. Written by: nnunet completion {shell}\n\n";

    /// <summary>How many values follow which options, and which words options and arguments can be; the command "" stands for every one.</summary>
    private static (List<(string Command, IReadOnlyList<string> Names, int Count)> Values, List<(string Command, IReadOnlyList<string> Names, IReadOnlyList<string> Words)> Words) Tables(Completions all)
    {
        List<(string, IReadOnlyList<string>, int)> values = [.. all.Common.Where(static o => o.Values > 0).Select(static o => ("", o.Names, o.Values))];
        List<(string, IReadOnlyList<string>, IReadOnlyList<string>)> words = [];
        foreach (CompletedCommand command in all.Commands)
        {
            values.AddRange(command.Options.Where(static o => o.Values > 0).Select(o => (command.Name, o.Names, o.Values)));
            words.AddRange(command.Options.Where(static o => o.Words.Count > 0).Select(o => (command.Name, o.Names, o.Words)));
            for (int i = 0; i < command.Arguments.Count; i++)
            {
                if (command.Arguments[i].Count > 0) words.Add((command.Name, [(i + 1).ToString(CultureInfo.InvariantCulture)], command.Arguments[i]));
            }
        }

        return (values, words);
    }

    /// <summary>A function that prints a text for its arguments, COMMAND and OPTION or POSITION.</summary>
    private static void Function(StringBuilder text, string name, IReadOnlyList<(string Pattern, string Text)> cases)
    {
        text.Append(name).Append("() {\n  case \"$*\" in\n");
        foreach ((string pattern, string what) in cases) text.Append("    ").Append(pattern).Append(") echo \"").Append(what).Append("\" ;;\n");
        text.Append("  esac\n}\n\n");
    }

    /// <summary>Matches "COMMAND NAME", or for every command "… NAME".</summary>
    private static string Pattern(string command, IReadOnlyList<string> names) =>
        string.Join('|', names.Select(name => command.Length == 0 ? $"*' {name}'" : Quoted($"{command} {name}")));

    private static string Names(IEnumerable<CompletedOption> options) => string.Join(' ', options.SelectMany(static o => o.Names));

    private static string Quoted(string text) => $"'{text}'";

    private static string List(IEnumerable<string> words) => $"@({string.Join(", ", words.Select(Quoted))})";
}
