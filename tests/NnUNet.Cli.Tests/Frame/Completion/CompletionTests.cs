using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Frame.Completion;

/// <summary>The scripts in the shells that they are for; a shell that is not installed is skipped.</summary>
public sealed class CompletionTests
{
    public static TheoryData<string, string> Cases => new()
    {
        { "nnunet nnUNet_tr", "nnUNet_train nnUNet_train_DDP nnUNet_train_DP" },
        { "nnunet doc", "doctor" },
        { "nnunet --workspace x doc", "doctor" },
        { "nnunet nnUNet_train 3d_f", "3d_fullres" },
        { "nnUNet_train 3d_f", "3d_fullres" },
        { "nnUNet_train --epochs 5 3d_f", "3d_fullres" },
        { "nnUNet_train --npz 3d_f", "3d_fullres" },
        { "nnUNet_train --find", "--find_lr" },
        { "nnUNet_train --works", "--workspace" },
        { "nnUNet_predict -i a -o b -m 3d_c", "3d_cascade_fullres" },
        { "nnUNet_predict --mode fastes", "fastest" },
        { "nnunet completion z", "zsh" },
        { "nnUNet_train 3d_fullres nnUNetTr", "" },
        { "nnUNet_predict -i x", "" },
    };

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Bash_CompletesWhatWasTyped(string line, string expected)
    {
        string driver = $$"""
            COMP_WORDS=({{line}}); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            complete -p "${COMP_WORDS[0]}" > /dev/null || exit 3
            _nnunet
            echo "${COMPREPLY[*]}"
            """;

        Assert.Equal(expected, Completed("bash", line, driver));
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Zsh_CompletesWhatWasTyped(string line, string expected)
    {
        string driver = $$"""
            compadd() { shift; local word; for word in "$@"; do [[ $word == ${words[CURRENT]}* ]] && found+=($word); done }
            _files() { }
            typeset -a words found; words=({{line}}); CURRENT=${#words}
            _nnunet
            print -r -- "${found[*]}"
            """;

        Assert.Equal(expected, Completed("zsh", line, driver));
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void PowerShell_CompletesWhatWasTyped(string line, string expected)
    {
        string driver = $"(TabExpansion2 -inputScript '{line}' -cursorColumn {line.Length}).CompletionMatches.CompletionText -join ' '";

        Assert.Equal(expected, Completed("pwsh", line, driver));
    }

    [Fact]
    public void EveryProgram_IsRegistered()
    {
        string script = ProgramRun.Of("completion", "bash").Output;

        string registered = script.TrimEnd().Split('\n')[^1];
        Assert.All(ProgramRun.CommandNames.Where(static name => name.StartsWith("nnUNet_", StringComparison.Ordinal)).Append("nnunet"), name => Assert.Contains($" {name}", registered, StringComparison.Ordinal));
    }

    private static string Completed(string shell, string line, string driver)
    {
        Skip.IfNot(IsInstalled(shell), $"{shell} is not installed, so \"{line}\" cannot be completed by it");
        using TemporaryFolder folder = new();
        string prelude = shell == "zsh" ? "compdef() { }\n" : "";
        string file = folder[shell == "pwsh" ? "script.ps1" : "script"];
        File.WriteAllText(file, $"{prelude}{ProgramRun.Of("completion", shell).Output}\n{driver}\n");
        return ChildProgram.Run(shell, file).MustSucceed().Output.TrimEnd();
    }

    private static bool IsInstalled(string shell) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, shell)) || File.Exists(Path.Combine(folder, shell + ".exe")));
}
