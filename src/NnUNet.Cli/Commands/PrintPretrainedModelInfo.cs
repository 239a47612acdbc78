using System.CommandLine;
using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Core.Models.Pretrained;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Shows what one of the published models needs and segments.</summary>
[CatalogName("nnUNet_print_pretrained_model_info")]
internal sealed class PrintPretrainedModelInfo : CommandDefinition
{
    private readonly Argument<string> _name = Values.Argument("NAME", "The task's name or number.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Models;

    /// <inheritdoc/>
    public override string Summary => "Tell what a published model segments, which channels it needs, and its data set's licence.";

    /// <inheritdoc/>
    public override string Details => "nnunet model_info shows more about a model that is installed.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_name];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNet_print_pretrained_model_info Task005_Prostate"];

    /// <inheritdoc/>
    public override bool OnlyPrints(Invocation call) => true;

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        PretrainedModel model = PretrainedModel.Find(call.Get(_name));
        call.Print(model.Name).Print($"  {model.Description}.");
        foreach ((int number, string channel) in model.Channels.Index()) call.Print(string.Create(CultureInfo.InvariantCulture, $"  channel _{number:0000}: {channel}"));
        if (model.Note is { } note) call.Print($"  {note}");
        call.Print($"  data set and its terms: {model.Reference}");
        call.Print($"  licence: {model.Licence ?? "see the address above"}");
        call.Print($"  archive: {model.Url}");
        return CommandLine.Done;
    }
}
