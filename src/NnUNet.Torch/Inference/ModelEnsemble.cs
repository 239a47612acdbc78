using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Torch.Checkpoints;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;
using TorchSharp;

namespace NnUNet.Torch.Inference;

/// <summary>The networks of a model's folds, on the thread that calls torch for their device.</summary>
internal sealed class ModelEnsemble : IDisposable
{
    private readonly WorkerLease _lease;
    private readonly FoldNetworks _networks;
    private readonly SlidingWindowOptions _window;
    private readonly string _model;
    private readonly string[] _checkpoints;
    private int _disposed;

    /// <summary>Loads the networks.</summary>
    /// <exception cref="DescribedException">A checkpoint is missing or does not fit, or torch does not load.</exception>
    public ModelEnsemble(ChosenModel chosen, PredictOptions options)
    {
        Folds = chosen.Folds;
        ModelFolder model = chosen.Folder;
        _window = SlidingWindowOptions.Of(model.Contract, options);
        _model = model.Path;
        string[] checkpoints = _checkpoints = [.. Folds.Select(f => model.CheckpointPath(f, options.Checkpoint))];
        NetworkFactory factory = NetworkFactory.Of(model.Network);

        List<SegmentationNetwork> loaded = [];
        string[] kept = chosen.KeepsAllFolds ? checkpoints : checkpoints[..1];
        using WeightPrefetcher weights = new(kept);
        _lease = WorkerLease.Take(options.Device, options.Threads);
        try
        {
            foreach (string checkpoint in kept)
            {
                using CheckpointWeights stored = weights.Take();
                loaded.Add(_lease.Worker.Run(() => Load(model, factory, checkpoint, stored.Weights, options)));
            }

            _networks = chosen.KeepsAllFolds ? new HeldNetworks(loaded) : new TurningNetwork(loaded[0], checkpoints.Length, (network, fold) => WeightFile.Load(checkpoints[fold], network));
        }
        catch
        {
            _lease.Worker.Run(() => loaded.ForEach(static network => network.Dispose()));
            _lease.Dispose();
            throw;
        }
    }

    /// <summary>The folds whose networks these are.</summary>
    public IReadOnlyList<string> Folds { get; }

    /// <summary>The mean of the networks' outputs (K, z, y, x); callers on several threads queue.</summary>
    /// <param name="prepared">The preprocessed image, with the cascade's first stage's labels where the model needs them.</param>
    /// <param name="temporaryFolder">The folder of a file for the probabilities; null for none.</param>
    /// <param name="labels">Decides about what is finished, and then nothing else is kept; null for none.</param>
    /// <param name="progress">Receives a report after each batch of tiles, once all networks have predicted it, on the CPU also after each pass through one of them.</param>
    /// <param name="cancel">Stops within a batch of tiles.</param>
    /// <exception cref="ObjectDisposedException">The networks were disposed.</exception>
    public CasePrediction Predict(PreprocessedCase prepared, string? temporaryFolder, SliceLabels? labels, IProgress<TileProgress>? progress, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _lease.Worker.Run(() =>
        {
            // The networks are freed on this thread too: here they are either whole or known to be gone.
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            cancel.ThrowIfCancellationRequested();
            try
            {
                return new SlidingWindow(_networks, _window).Predict(prepared, temporaryFolder, labels, progress, cancel);
            }
            catch (NonFiniteOutputException e)
            {
                throw new DescribedException(e.Network is { } network ? _checkpoints[network] : _model, e.What, e.Remedy, e);
            }
        });
    }

    /// <summary>Tensors that live on the networks' thread; the same after a prediction as before.</summary>
    internal long LiveTensors => _lease.Worker.Run(static () => DisposeScopeManager.Statistics.ThreadTotalLiveCount);

    /// <summary>Waits for what is queued, and frees the networks.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _lease.Worker.Run(_networks.Dispose);
        _lease.Dispose();
    }

    private static SegmentationNetwork Load(
        ModelFolder model, NetworkFactory factory, string checkpoint, IReadOnlyList<NamedWeight> weights, PredictOptions options)
    {
        SegmentationNetwork network = factory.Build(model.Network);
        try
        {
            int channels = model.Contract.InputChannels, images = model.Contract.Preprocessing.Channels.Count, outputs = model.Contract.Labels.Outputs;
            if (network.InputChannels != channels)
            {
                throw new DescribedException(
                    model.PlansPath,
                    $"the network takes {network.InputChannels} channels, but it sees {channels}: {images} of the images and {channels - images} of a previous stage",
                    "correct network.previous_stage or the network's arguments");
            }

            if (network.Classes != outputs)
            {
                throw new DescribedException(model.PlansPath, $"the network has {network.Classes} outputs, but its labels ask for {outputs}", "correct the labels or the network's arguments");
            }

            NetworkWeights.Load(checkpoint, network, weights);
            network.ConvolutionType = (options.Precision ?? ComputePrecisions.FastestOn(options.Device)).ConvolutionType();
            network.to(options.Device.ToTorch());
            network.eval();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
