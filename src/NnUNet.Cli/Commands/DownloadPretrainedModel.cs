using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core.Models.Pretrained;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Downloads and installs one of the models that the authors of nnU-Net published.</summary>
[CatalogName("nnUNet_download_pretrained_model")]
internal sealed class DownloadPretrainedModel : CommandDefinition
{
    private readonly Argument<string> _name = Values.Argument("NAME", "The task's name or number; nnUNet_print_available_pretrained_models lists them.");
    private readonly Option<bool> _force = Values.Flag(["--force"], "Replace models that stand in the same place.");
    private readonly Option<double?> _maxSize = ModelInstallation.MaxSize();

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Models;

    /// <inheritdoc/>
    public override string Summary => "Download and install a model that the authors of nnU-Net published.";

    /// <inheritdoc/>
    public override string Details => "A download that was interrupted goes on where it stopped; one that is refused, or whose archive cannot be installed, leaves nothing. Proxies of the system are used (HTTPS_PROXY).";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_name, _force, _maxSize];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNet_download_pretrained_model Task004_Hippocampus"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        PretrainedModel model = PretrainedModel.Find(call.Get(_name));
        call.Print($"{model.Name}: {model.Description}");
        call.Print($"The weights may be used as the data set's licence allows: {model.Licence ?? "see"} {model.Reference}");
        return ModelInstallation.DownloadAndInstall(call, model.Url, ModelInstallation.Limits(call, _maxSize), call.Get(_force));
    }
}
