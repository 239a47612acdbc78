using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Core.Models.Pretrained;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Lists the models that the authors of nnU-Net published.</summary>
[CatalogName("nnUNet_print_available_pretrained_models")]
internal sealed class PrintAvailablePretrainedModels : CommandDefinition
{
    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Models;

    /// <inheritdoc/>
    public override string Summary => "List the models that the authors of nnU-Net published.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNet_print_available_pretrained_models"];

    /// <inheritdoc/>
    public override bool OnlyPrints(Invocation call) => true;

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        foreach (PretrainedModel model in PretrainedModel.All)
        {
            call.Print(model.Name).Print($"  {model.Description}").Print($"  channels: {string.Join(", ", model.Channels)}");
        }

        call.Print().Print("nnUNet_print_pretrained_model_info NAME shows more about one, nnUNet_download_pretrained_model NAME installs it.");
        return CommandLine.Done;
    }
}
