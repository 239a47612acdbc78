using System.CommandLine;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Trains one fold on several devices of this machine, in one process.</summary>
[CatalogName("nnUNet_train_DP")]
internal sealed class TrainDP : TrainCommand
{
    private readonly Option<int?> _gpus = Values.Integer(["-gpus"], "Number of devices, a replica of the network on each: the first GPUs, or with --device cpu parts of the processor.", least: 1);
    private readonly Option<bool> _distribute = Values.Flag(["--dbs"], "Share the plan's batch out over the devices. Without it each has a batch of that size, so that a batch in all is as many times as large.");

    /// <inheritdoc/>
    public override string Summary => "Train one fold on several devices of this machine, in one process (the original's DataParallel).";

    /// <inheritdoc/>
    public override string Details =>
        "Every trainer can be trained so, nnUNetTrainerV2_DP is nnUNetTrainerV2 under another name. Losses, gradients and Dice are those of the whole batch, the model is an ordinary one. "
        + "CUDA_VISIBLE_DEVICES chooses among the GPUs. docs/several-devices.md tells which way to take when.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["nnUNet_train_DP 3d_fullres nnUNetTrainerV2_DP 4 0 -gpus 2 --dbs", "nnUNet_train_DP 3d_fullres nnUNetTrainerV2_DP 4 0 -gpus 2 --dbs --device cpu"];

    /// <inheritdoc/>
    protected override IReadOnlyList<Option> DeviceOptions => [_gpus, _distribute];

    /// <inheritdoc/>
    protected override IReadOnlyList<Option> OriginalDeviceOptions => DeviceOptions;

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        if (call.Get(_gpus) is not { } count) throw new UsageException("the number of devices is missing; say with -gpus on how many to train");

        return Train(call, ReplicaChoice.OnThreads(Options(call), ReplicaChoice.First(call, count), call.Get(_distribute)));
    }
}
