using System.CommandLine;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Trains one fold of one configuration.</summary>
[CatalogName("nnUNet_train")]
internal sealed class Train : TrainCommand
{
    private readonly Option<string[]> _devices = DeviceChoice.Several("Train on several devices at a time, each with a part of every batch; the plan's batch is shared out, so that the same is trained. A number for the first ones.");

    /// <inheritdoc/>
    public override string Summary => "Train one fold of one configuration, then predict and score its validation cases.";

    /// <inheritdoc/>
    public override string Details =>
        "A checkpoint is written every epoch, and every ten minutes within one. A training that was interrupted or killed goes on with -c. "
        + "Plans, preprocessed cases and folds of the Python nnU-Net are used, validated and continued as they lie.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["nnUNet_train 3d_fullres nnUNetTrainerV2 4 0", "nnUNet_train 2d nnUNetTrainerV2 Task004_Hippocampus 0 --epochs 20 --iterations 50", "nnUNet_train 3d_fullres nnUNetTrainerV2 4 0 -c"];

    /// <inheritdoc/>
    protected override IReadOnlyList<Option> DeviceOptions => [_devices];

    /// <inheritdoc/>
    public override int Run(Invocation call) => call.IsGiven(_devices)
        ? Train(call, ReplicaChoice.OnThreads(Options(call), ReplicaChoice.Named(call, _devices), distribute: true))
        : Train(call, Options(call) with { Device = DeviceChoice.Of(call) });
}
