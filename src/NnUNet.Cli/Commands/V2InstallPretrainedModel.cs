using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Installs the models of a zip archive, as nnU-Net v2's command does.</summary>
[CatalogName("nnUNetv2_install_pretrained_model_from_zip")]
internal sealed class V2InstallPretrainedModel() : InstallZipCommand(
    "The archive: its folders DatasetXXX_NAME/TRAINER__PLANS__CONFIGURATION, only the last of them, or only what is in it.")
{
    /// <inheritdoc/>
    public override string Summary => "Install models of nnU-Net v2 from a zip archive.";

    /// <inheritdoc/>
    public override string Details =>
        "Nothing in the archive is run. Names, sizes and checksums are verified, the models are unpacked beside and opened, and only then put into the results folder. "
        + "Models of nnU-Net v1 in it are installed too, where nnUNet_predict finds them.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNetv2_install_pretrained_model_from_zip Dataset004_Hippocampus.zip", "nnUNetv2_install_pretrained_model_from_zip weights.zip --dataset Dataset733_MR"];
}
