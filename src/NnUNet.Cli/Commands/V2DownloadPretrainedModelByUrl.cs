using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Downloads and installs the models of a zip archive on the web, as nnU-Net v2's command does.</summary>
[CatalogName("nnUNetv2_download_pretrained_model_by_url")]
internal sealed class V2DownloadPretrainedModelByUrl : DownloadByUrlCommand
{
    /// <inheritdoc/>
    public override string Summary => "Download and install models of nnU-Net v2 from any address.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNetv2_download_pretrained_model_by_url https://example.org/Dataset120_Liver.zip --checksum sha256:9f86d0…"];
}
