using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Installs the models of a zip archive.</summary>
[CatalogName("nnUNet_install_pretrained_model_from_zip")]
internal sealed class InstallPretrainedModel : CommandDefinition
{
    private readonly Argument<string> _zip = Values.Argument("ZIP", "The archive: one of nnUNet_export_model_to_zip or nnUNetv2_export_model_to_zip, of this program or of the Python nnU-Net v1 or v2.");
    private readonly Option<bool> _force = Values.Flag(["--force"], "Replace models that stand in the same place, and install models that cannot be opened.");
    private readonly Option<string?> _dataset = ModelInstallation.Dataset();

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Models;

    /// <inheritdoc/>
    public override string Summary => "Install models from a zip archive, of this program or of the Python nnU-Net v1 or v2.";

    /// <inheritdoc/>
    public override string Details =>
        "Nothing in the archive is run. Names, sizes and checksums are verified, the models are unpacked beside and opened, and only then put into the results folder, "
        + "each where its generation has it. nnUNet_predict uses models of the Python nnU-Net as they are.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_zip, _force, _dataset];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNet_install_pretrained_model_from_zip Task004_Hippocampus.zip"];

    /// <inheritdoc/>
    public override int Run(Invocation call) => ModelInstallation.Install(call, Path.GetFullPath(call.Get(_zip)), call.Get(_force), call.Get(_dataset));
}
