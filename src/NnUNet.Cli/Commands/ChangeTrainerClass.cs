using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;
using NnUNet.Interop.V1;

namespace NnUNet.Cli.Commands;

/// <summary>Writes another trainer's name into a model.</summary>
[CatalogName("nnUNet_change_trainer_class")]
internal sealed class ChangeTrainerClass : CommandDefinition
{
    private readonly Option<string?> _folder = Values.Text(["-i"], "FOLDER", "The model's folder, which has fold_0, fold_1, … in it.", required: true);
    private readonly Option<string?> _trainer = Values.Text(["-tr"], "NAME", "The new trainer's name; it must build the same network.", required: true);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Models;

    /// <inheritdoc/>
    public override string Summary => "Write another trainer's name into a model, of the Python nnU-Net or of this program.";

    /// <inheritdoc/>
    public override string Details =>
        "For models of trainers that the Python nnU-Net cannot predict with or does not have, and for those that another trainer shall go on with (nnUNet_train -c, -val). "
        + "Predicting here needs no name: the network is read off the weights, or named in plans.json. The model's folder, TRAINER__PLANS, keeps its name; trainings look for it under the new one.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_folder, _trainer];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_folder, _trainer];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNet_change_trainer_class -i mymodel -tr nnUNetTrainerV2"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        foreach (string changed in V1TrainerChange.Apply(call.Get(_folder)!, call.Get(_trainer)!)) call.Print($"Changed: {changed}");
        return CommandLine.Done;
    }
}
