using System.Diagnostics;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Inference;

/// <summary>What a prediction of a case of the median size will roughly take on this machine: one tile is computed and timed.</summary>
/// <remarks>Reading, preprocessing and export come on top, and are small beside the network in 3D.</remarks>
public sealed record InferenceEstimate
{
    private const int Repetitions = 3;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(5);

    /// <summary>The time of one tile, without mirroring.</summary>
    public required TimeSpan TileTime { get; init; }

    /// <summary>Tiles of a case of the median size; slices in 2D count each.</summary>
    public required int Tiles { get; init; }

    /// <summary>How often each tile is computed, mirrored and not.</summary>
    public required int Mirrorings { get; init; }

    /// <summary>Networks that are averaged.</summary>
    public required int Networks { get; init; }

    /// <summary>The precision of the convolutions.</summary>
    public required ComputePrecision Precision { get; init; }

    /// <summary>The network's parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>Bytes that the process took while it computed the tile, the weights of one network counted; null on CUDA devices.</summary>
    public required long? TileBytes { get; init; }

    /// <summary>Bytes of the case's image and probabilities, and of the weights of the further networks that are in memory at the same time: where memory is short, one network takes all folds' weights in turn.</summary>
    public required long FurtherBytes { get; init; }

    /// <summary>The networks' time for one case.</summary>
    public TimeSpan CaseTime => TileTime * ((double)Tiles * Mirrorings * Networks);

    /// <summary>Computes one tile several times, the first time as a warm-up, and times it.</summary>
    /// <param name="model">The model; its weights are not read.</param>
    /// <param name="options">How it would predict; null for the defaults.</param>
    /// <exception cref="DescribedException">The network cannot be built, or torch does not load.</exception>
    public static InferenceEstimate Measure(ModelFolder model, PredictOptions? options = null)
    {
        options ??= new PredictOptions();
        options.Check();
        ComputePrecision precision = options.Precision ?? ComputePrecisions.FastestOn(options.Device);
        IReadOnlyList<string> folds = model.SelectFolds([.. options.Folds], options.Checkpoint);
        model = model.ToldBy(folds, options.Checkpoint);
        int networks = folds.Count, further = ChosenModel.NetworksInMemory(model, folds, options.Checkpoint) - 1;
        using WorkerLease lease = WorkerLease.Take(options.Device, options.Threads);
        (TimeSpan tile, long parameters, long bytes) = lease.Worker.Run(() => ComputeTile(model, options.Device, precision));

        ModelContract contract = model.Contract;
        ValueArray<int> median = contract.MedianShape;
        SlidingWindowTiles tiles = new(Extent.From(median.AsSpan()), contract.Tiles.Size.AsSpan(), options.TileStep, options.Gaussian);
        const int Float = sizeof(float);
        return new InferenceEstimate
        {
            TileTime = tile,
            Tiles = tiles.Count,
            Mirrorings = options.Mirror ? 1 << model.Network.MirrorAxes.Count : 1,
            Networks = networks,
            Precision = precision,
            Parameters = parameters,
            TileBytes = options.Device.IsCuda ? null : bytes,
            // All networks' outputs of a tile go into one sum, so that there is no other of the image's size.
            FurtherBytes = CaseMemory.NetworkBytes(contract, Extent.From(median.AsSpan())) + (further * parameters * Float),
        };
    }

    private static (TimeSpan Time, long Parameters, long Bytes) ComputeTile(ModelFolder model, TorchDevice device, ComputePrecision precision)
    {
        using Process process = Process.GetCurrentProcess();
        using SegmentationNetwork network = NetworkFactory.Create(model.Network);
        network.DeepSupervision = false;
        network.ConvolutionType = precision.ConvolutionType();
        network.to(device.ToTorch());
        network.eval();
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        long[] shape = [1, network.InputChannels, .. model.Contract.Tiles.Size.Select(static n => (long)n)];
        Tensor image = zeros(shape, device: device.ToTorch());
        TimeSpan best = Fastest(() => Once(network, image));
        process.Refresh();
        return (best, network.parameters().Sum(static p => p.numel()), process.PeakWorkingSet64);
    }

    /// <summary>The shortest of some times, since other programs only make them longer; the first, which prepares kernels, does not count.</summary>
    private static TimeSpan Fastest(Action work)
    {
        work();
        TimeSpan best = TimeSpan.MaxValue;
        Stopwatch all = Stopwatch.StartNew();
        for (int i = 0; i < Repetitions && (i == 0 || all.Elapsed < Budget); i++)
        {
            Stopwatch clock = Stopwatch.StartNew();
            work();
            if (clock.Elapsed < best) best = clock.Elapsed;
        }

        return best;
    }

    private static void Once(SegmentationNetwork network, Tensor image)
    {
        using DisposeScope scope = NewDisposeScope();
        network.call(image)[0].sum().item<float>(); // waits for the device
    }
}
