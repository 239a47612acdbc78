using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training.Validation;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Training.Engine;

/// <summary>A replica that computes its share of every batch, as a process also of the validation, and follows the one that leads: it locks nothing, saves nothing and tells nothing.</summary>
internal static class FollowingReplica
{
    /// <summary>Trains as long as the leading replica does.</summary>
    /// <returns>Whether the training came to its end, or there was nothing to train.</returns>
    /// <param name="options">What the leading replica trains, with the device of this one.</param>
    /// <param name="group">The replicas.</param>
    /// <param name="cancel">Stops all replicas before their next step.</param>
    /// <exception cref="ReplicaLostException">Another replica cannot go on.</exception>
    /// <exception cref="DescribedException">This one cannot.</exception>
    public static bool Run(TrainingOptions options, ReplicaGroup group, CancellationToken cancel)
    {
        TorchRuntime.Initialize();
        group.Barrier(); // the leading replica has found everything, and written the split if there was none
        using TrainingSetup setup = TrainingSetup.Open(options);
        if (ReplicaStart.Record(group, null) is not { } begun) return true;

        TrainingSettings settings = begun.Settings;
        CheckSame(setup, options, settings);
        TorchRuntime.Initialize(settings.Threads);
        using TorchWorker worker = new(options.Device, settings.Threads);
        try
        {
            return worker.Run(() => Train(setup, begun, options, group, cancel));
        }
        catch (Exception e) when (e is not ReplicaLostException)
        {
            if (OutOfMemoryErrors.Describe(e, setup.FoldPath, TrainingRun.MemoryRemedy(options)) is { } memory) throw memory;
            throw;
        }
    }

    private static bool Train(TrainingSetup setup, TrainingRecord begun, TrainingOptions options, ReplicaGroup group, CancellationToken cancel)
    {
        using DisposeScope scope = NewDisposeScope();
        TrainingSettings settings = begun.Settings;
        Device device = options.Device.ToTorch();
        using SegmentationNetwork network = setup.CreateNetwork(settings);
        using WeightOptimizer optimizer = setup.CreateOptimizer(settings, network);
        network.to(device);
        ReplicaStart.Share(group, network, optimizer);
        TrainingLoop loop = new(setup, settings, new TrainingFiles(setup.FoldPath, saves: false), network, optimizer, reporter: null, group);
        if (!loop.Run(begun.State, options, device, cancel).IsComplete(settings)) return false;
        if (options.Communicator is null) return true;

        try
        {
            FinalValidation.Follow(setup, network, options.Device, settings, options.Validation, group, cancel);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The files that this replica sees must be those of the leading one.</summary>
    private static void CheckSame(TrainingSetup setup, TrainingOptions options, TrainingSettings settings)
    {
        TrainingSettings here = setup.Decide(options, settings);
        string[] differences = [.. TrainingFiles.Differences(settings, here with { Threads = settings.Threads, Device = settings.Device, Precision = settings.Precision, PretrainedWeights = settings.PretrainedWeights })];
        if (differences.Length > 0)
        {
            throw new DescribedException(
                setup.CasesPath,
                $"this replica on {Environment.MachineName} would train otherwise than the one that leads: {string.Join(", ", differences)}",
                "give all hosts the same folders and the same program");
        }
    }
}
