using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;

namespace NnUNet.Cli.Commands;

/// <summary>What both generations' commands that install the models of a zip archive have in common: only their names and texts differ.</summary>
/// <param name="archive">What the archive may be, for the help.</param>
internal abstract class InstallZipCommand(string archive) : CommandDefinition
{
    private readonly Argument<string> _zip = Values.Argument("ZIP", archive);
    private readonly Option<bool> _force = Values.Flag(["--force"], "Replace models that stand in the same place, and install models that cannot be opened.");
    private readonly Option<string?> _dataset = ModelInstallation.Dataset();

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Models;

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_zip, _force, _dataset];

    /// <inheritdoc/>
    public override int Run(Invocation call) => ModelInstallation.Install(call, Path.GetFullPath(call.Get(_zip)), call.Get(_force), call.Get(_dataset));
}
