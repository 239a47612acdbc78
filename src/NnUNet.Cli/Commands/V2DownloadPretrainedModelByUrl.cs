using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Downloads and installs the models of a zip archive on the web, as nnU-Net v2's command does.</summary>
[CatalogName("nnUNetv2_download_pretrained_model_by_url")]
internal sealed class V2DownloadPretrainedModelByUrl : CommandDefinition
{
    private readonly Argument<string> _url = Values.Argument("URL", "The archive's address, https://…");
    private readonly Option<string?> _checksum = Values.Text(["--checksum"], "KIND:HEX", "What the archive's check sum must be: sha256:… or md5:… .");
    private readonly Option<bool> _force = Values.Flag(["--force"], "Replace models that stand in the same place.");
    private readonly Option<string?> _dataset = ModelInstallation.Dataset();
    private readonly Option<double?> _maxSize = ModelInstallation.MaxSize();

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Models;

    /// <inheritdoc/>
    public override string Summary => "Download and install models of nnU-Net v2 from any address.";

    /// <inheritdoc/>
    public override string Details => "A download that was interrupted goes on where it stopped; one that is refused, or whose archive cannot be installed, leaves nothing. Proxies of the system are used (HTTPS_PROXY).";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_url, _checksum, _force, _dataset, _maxSize];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNetv2_download_pretrained_model_by_url https://example.org/Dataset120_Liver.zip --checksum sha256:9f86d0…"];

    /// <inheritdoc/>
    public override int Run(Invocation call) =>
        ModelInstallation.DownloadAndInstall(call, call.Get(_url), ModelInstallation.Limits(call, _maxSize) with { Checksum = call.Get(_checksum) }, call.Get(_force), call.Get(_dataset));
}
