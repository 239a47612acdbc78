using System.CommandLine;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Pictures.Training;

namespace NnUNet.Cli.Commands;

/// <summary>Draws what the network sees in training.</summary>
[CatalogName("show_augmentation")]
internal sealed class ShowAugmentation : CommandDefinition
{
    private readonly Argument<string> _task = Values.Argument("TASK", "The task, by number or full name: 4 or Task004_Hippocampus. It must be planned and preprocessed.");
    private readonly Argument<string> _network = Values.Argument("NETWORK", ConfigurationChoice.Names, $"The configuration: {string.Join(", ", ConfigurationChoice.Names)}.");
    private readonly Option<string?> _output = Values.Text(["-o", "--output"], "FILE", "Where to write the picture, a PNG.", required: true);
    private readonly Option<string?> _trainer = Values.Text(["-tr"], "NAME", "The trainer. nnUNetTrainerV2, for 3d_cascade_fullres nnUNetTrainerV2CascadeFullRes.");
    private readonly Option<string?> _plans = Values.Text(["-p"], "NAME", "The plans' name, for planners of your own.", "nnUNetPlansv2.1");
    private readonly Option<int?> _samples = Values.Integer(["--samples"], "Number of patches.", 12, least: 1);
    private readonly Option<int?> _channel = Values.Integer(["--channel"], "The image channel to show.", 0, least: 0);
    private readonly Option<int?> _seed = Values.Integer(["--seed"], "Seed of the batches, as of a training.", 12345, least: 0);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Training;

    /// <inheritdoc/>
    public override string Summary => "Draw what the network sees in training: patches before and after augmentation.";

    /// <inheritdoc/>
    public override string Details =>
        "The patches are those of the first batches of a training on all cases with the same seed. Left each patch as it lies in its case, right as the network sees it, "
        + "with its segmentation, in the slice that shows most of it; below, for 3d_cascade_fullres, the low resolution's segmentation as the network sees it, and what was drawn.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_task, _network, _output, _trainer, _plans, _samples, _channel, _seed];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet show_augmentation 4 3d_fullres -o augmentation.png"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        string output = call.Get(_output)!;
        AugmentationPreviewOptions options = new()
        {
            Workspace = call.Workspace,
            Task = call.Get(_task),
            Configuration = Configuration.Parse(call.Get(_network)),
            Trainer = call.Get(_trainer) ?? Configuration.Parse(call.Get(_network)).DefaultTrainer,
            Plans = call.Get(_plans)!,
            Samples = call.Get(_samples)!.Value,
            Channel = call.Get(_channel)!.Value,
            Seed = call.Get(_seed)!.Value,
        };
        AugmentationPreview.Write(output, options, call.Cancel);
        call.Print($"Written: {Path.GetFullPath(output)}");
        return CommandLine.Done;
    }
}
