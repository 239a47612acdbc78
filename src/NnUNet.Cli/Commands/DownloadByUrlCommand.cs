using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;

namespace NnUNet.Cli.Commands;

/// <summary>What both generations' commands that download and install models from any address have in common: only their names and texts differ.</summary>
internal abstract class DownloadByUrlCommand : CommandDefinition
{
    private readonly Argument<string> _url = Values.Argument("URL", "The archive's address, https://…");
    private readonly Option<string?> _checksum = Values.Text(["--checksum"], "KIND:HEX", "What the archive's check sum must be: sha256:… or md5:… .");
    private readonly Option<bool> _force = Values.Flag(["--force"], "Replace models that stand in the same place.");
    private readonly Option<string?> _dataset = ModelInstallation.Dataset();
    private readonly Option<double?> _maxSize = ModelInstallation.MaxSize();

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Models;

    /// <inheritdoc/>
    public override string Details => "A download that was interrupted goes on where it stopped; one that is refused, or whose archive cannot be installed, leaves nothing. Proxies of the system are used (HTTPS_PROXY).";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_url, _checksum, _force, _dataset, _maxSize];

    /// <inheritdoc/>
    public override int Run(Invocation call) =>
        ModelInstallation.DownloadAndInstall(call, call.Get(_url), ModelInstallation.Limits(call, _maxSize) with { Checksum = call.Get(_checksum) }, call.Get(_force), call.Get(_dataset));
}
