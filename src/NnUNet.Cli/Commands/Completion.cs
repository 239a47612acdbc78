using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Frame.Completion;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Prints a script by which a shell completes the command lines.</summary>
[CatalogName("completion")]
internal sealed class Completion : CommandDefinition
{
    private readonly Argument<string> _shell = Values.Argument("SHELL", ShellScript.Shells, $"The shell: {string.Join(", ", ShellScript.Shells)} (PowerShell).");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Program;

    /// <inheritdoc/>
    public override string Summary => "Print a script for a shell that completes commands, options and their values.";

    /// <inheritdoc/>
    public override string Details => "The shell reads the script when it starts; docs/installation.md says how. It completes nnunet and every nnUNet_… command, and file names elsewhere.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_shell];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet completion bash", "nnunet completion zsh", "nnunet completion pwsh"];

    /// <inheritdoc/>
    public override bool OnlyPrints(Invocation call) => true;

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        call.Print(ShellScript.For(call.Get(_shell), Completions.Of(CommandLine.Commands())));
        return CommandLine.Done;
    }
}
