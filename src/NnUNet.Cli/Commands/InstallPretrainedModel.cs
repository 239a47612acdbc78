using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Installs the models of a zip archive.</summary>
[CatalogName("nnUNet_install_pretrained_model_from_zip")]
internal sealed class InstallPretrainedModel() : InstallZipCommand(
    "The archive: one of nnUNet_export_model_to_zip or nnUNetv2_export_model_to_zip, of this program or of the Python nnU-Net v1 or v2.")
{
    /// <inheritdoc/>
    public override string Summary => "Install models from a zip archive, of this program or of the Python nnU-Net v1 or v2.";

    /// <inheritdoc/>
    public override string Details =>
        "Nothing in the archive is run. Names, sizes and checksums are verified, the models are unpacked beside and opened, and only then put into the results folder, "
        + "each where its generation has it. nnUNet_predict uses models of the Python nnU-Net as they are.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNet_install_pretrained_model_from_zip Task004_Hippocampus.zip"];
}
