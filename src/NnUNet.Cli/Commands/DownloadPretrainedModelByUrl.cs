using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Downloads and installs the models of a zip archive on the web.</summary>
[CatalogName("nnUNet_download_pretrained_model_by_url")]
internal sealed class DownloadPretrainedModelByUrl : DownloadByUrlCommand
{
    /// <inheritdoc/>
    public override string Summary => "Download and install models from any address.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNet_download_pretrained_model_by_url https://example.org/Task120_Liver.zip --checksum sha256:9f86d0…"];
}
