using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using NnUNet.Core.Export;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace NnUNet.Torch.Inference;

/// <summary>Predicts an image of any size with a network, tile by tile.</summary>
/// <remarks>
/// Call it on the thread that calls torch for the device (<see cref="Runtime.TorchWorker"/>). Beside the result, it holds
/// what the network needs for one batch of tiles, whatever the image's size.
/// Source: nnunet/network_architecture/neural_network.py, predict_3D and what it calls.
/// </remarks>
public sealed class SlidingWindow
{
    // On a CPU more than this gives nothing but memory; slices and small patches are put together up to it.
    private const long CpuBatchVoxels = 1 << 17;
    private const long CudaBatchVoxels = 1 << 21;

    private readonly FoldNetworks _networks;
    private readonly SlidingWindowOptions _options;

    /// <summary>A network with the options of its tiles.</summary>
    /// <param name="network">The network, on the options' device; stays the caller's.</param>
    /// <param name="options">The tile, its steps and mirroring.</param>
    /// <exception cref="DescribedException">The options are wrong or do not fit the network.</exception>
    public SlidingWindow(SegmentationNetwork network, SlidingWindowOptions options)
        : this(new HeldNetworks([network]), options)
    {
    }

    /// <summary>Several networks whose outputs are averaged, tile by tile.</summary>
    /// <param name="networks">Networks of the same inputs and classes, on the options' device; stay the caller's.</param>
    /// <param name="options">The tile, its steps and mirroring.</param>
    /// <exception cref="DescribedException">The options are wrong or do not fit the networks.</exception>
    internal SlidingWindow(FoldNetworks networks, SlidingWindowOptions options)
    {
        SegmentationNetwork network = networks.InMemory[0];
        List<string> faults = [.. options.Faults()];
        if (faults.Count == 0)
        {
            if (options.Tile.Count != network.Dimensions)
            {
                faults.Add($"the tile {options.Tile} has {options.Tile.Count} axes, the network {network.Dimensions}");
            }
            else if (options.Tile.Zip(network.Divisor).Any(static p => p.First % p.Second != 0))
            {
                faults.Add($"the tile {options.Tile} must be a multiple of {network.Divisor}");
            }
        }

        if (faults.Count > 0) throw new DescribedException("sliding window", string.Join("; ", faults), "use the plan's patch size and the network's mirror axes");
        _networks = networks;
        _options = options;
    }

    /// <summary>Starts of the tiles along each axis, evenly spread from 0 to image - tile.</summary>
    /// <param name="tile">Voxels of a tile per axis.</param>
    /// <param name="image">Voxels of the image per axis, at least the tile's.</param>
    /// <param name="step">Largest step as a fraction of the tile: greater than 0, at most 1.</param>
    /// <remarks>
    /// Example: image 110, tile 32, step 0.5 gives 0, 16, 31, 47, 62, 78. Rounds half to even, as numpy does.
    /// Source: nnunet/network_architecture/neural_network.py, _compute_steps_for_sliding_window.
    /// </remarks>
    /// <exception cref="ArgumentException">The image is smaller than the tile, or the step is out of range.</exception>
    public static int[][] Steps(IReadOnlyList<int> tile, IReadOnlyList<int> image, double step)
    {
        if (tile.Count != image.Count || tile.Zip(image).Any(static p => p.First < 1 || p.Second < p.First) || step is not (> 0 and <= 1))
        {
            throw new ArgumentException(FormattableString.Invariant($"no tiles of {string.Join("x", tile)} in {string.Join("x", image)} with step {step}"), nameof(image));
        }

        int[][] starts = new int[tile.Count][];
        for (int axis = 0; axis < starts.Length; axis++)
        {
            int room = image[axis] - tile[axis];
            int count = (int)Math.Ceiling(room / (tile[axis] * step)) + 1;
            double actual = count > 1 ? room / (double)(count - 1) : 0;
            starts[axis] = [.. Enumerable.Range(0, count).Select(i => (int)Math.Round(actual * i))];
        }

        return starts;
    }

    /// <summary>How much each voxel of a tile counts: a Gaussian around its centre, largest 1 and never 0.</summary>
    /// <param name="tile">Voxels of a tile per axis.</param>
    /// <returns>The map, the last axis fastest.</returns>
    /// <remarks>Source: nnunet/network_architecture/neural_network.py, _get_gaussian with sigma_scale 1/8.</remarks>
    public static float[] GaussianMap(IReadOnlyList<int> tile) => SlidingWindowTiles.Product([.. tile.Select(SlidingWindowTiles.Gaussian)]);

    /// <summary>Probabilities of all classes for an image.</summary>
    /// <param name="data">The preprocessed image (C, z, y, x) in the plan's axis order. A 2D network takes it slice by slice over z.</param>
    /// <param name="progress">Receives a report after each batch of tiles, on the CPU also after each pass of it through a network.</param>
    /// <param name="cancel">Stops within a batch of tiles.</param>
    /// <returns>Probabilities, or logits where the options say so, (K, z, y, x) on the image's grid, averaged over mirrorings and overlapping tiles.</returns>
    /// <exception cref="DescribedException">The image has another number of channels than the network.</exception>
    public MultiChannelArray<float> Predict(MultiChannelArray<float> data, IProgress<TileProgress>? progress = null, CancellationToken cancel = default) =>
        Predict(Checked(new NetworkInput(data)), null, null, progress, cancel)!;

    /// <summary>Probabilities of all classes for a case, with the cascade's first stage's labels where it has them.</summary>
    /// <param name="prepared">The case; each foreground class of its previous stage is a channel of 0 and 1 behind the image's.</param>
    /// <param name="progress">Receives a report after each batch of tiles, on the CPU also after each pass of it through a network.</param>
    /// <param name="cancel">Stops within a batch of tiles.</param>
    /// <returns>Probabilities, or logits where the options say so, (K, z, y, x) on the case's grid, averaged over mirrorings and overlapping tiles.</returns>
    /// <exception cref="DescribedException">The image has another number of channels than the network.</exception>
    public MultiChannelArray<float> Predict(PreprocessedCase prepared, IProgress<TileProgress>? progress = null, CancellationToken cancel = default) =>
        Predict(InputOf(prepared), null, null, progress, cancel)!;

    /// <summary>Voxels of one batch of tiles unless options say otherwise.</summary>
    internal static long BatchVoxelsOf(TorchDevice device) => device.IsCuda ? CudaBatchVoxels : CpuBatchVoxels;

    /// <summary>Probabilities of all classes for a case, in memory or in a file; or only the labels that they mean.</summary>
    /// <param name="prepared">The case, with the labels of a previous stage where the network wants them.</param>
    /// <param name="temporaryFolder">The folder of the file; null for none.</param>
    /// <param name="labels">Decides about slices that are finished, and then nothing else is kept; null for none.</param>
    /// <param name="progress">Receives a report after each batch of tiles, on the CPU also after each pass of it through a network.</param>
    /// <param name="cancel">Stops within a batch of tiles.</param>
    /// <exception cref="DescribedException">The image has another number of channels than the network.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    internal CasePrediction Predict(PreprocessedCase prepared, string? temporaryFolder, SliceLabels? labels, IProgress<TileProgress>? progress, CancellationToken cancel)
    {
        NetworkInput input = InputOf(prepared);
        if (temporaryFolder is null)
        {
            MultiChannelArray<float>? whole = Predict(input, null, labels, progress, cancel);
            return labels is null ? new CasePrediction(whole!) : new CasePrediction(labels);
        }

        TemporaryProbabilities file = new(temporaryFolder, Any.Classes, input.Extent);
        try
        {
            Predict(input, file, null, progress, cancel);
            return new CasePrediction(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private NetworkInput InputOf(PreprocessedCase prepared) =>
        prepared.PreviousStage is { } labels && Any.InputChannels > prepared.Data.Channels
            ? Checked(new NetworkInput(prepared.Data, labels, PreviousStageLabels(prepared.Data)))
            : Checked(new NetworkInput(prepared.Data));

    private ValueArray<int> PreviousStageLabels(MultiChannelArray<float> image) => _options.PreviousStageLabels.Count > 0
        ? _options.PreviousStageLabels
        : [.. Enumerable.Range(1, Any.InputChannels - image.Channels)];

    private NetworkInput Checked(NetworkInput input) => input.Channels == Any.InputChannels
        ? input
        : throw new DescribedException("sliding window", $"the image has {input.Channels} channels, the network wants {Any.InputChannels}", "give the channels that the model was trained with");

    private MultiChannelArray<float>? Predict(NetworkInput data, TemporaryProbabilities? file, SliceLabels? labels, IProgress<TileProgress>? progress, CancellationToken cancel)
    {
        SlidingWindowTiles tiles = new(data.Extent, _options.Tile.AsSpan(), _options.Step, _options.Gaussian, _options.GaussianPeak);
        TileSum result = new(tiles, Any.Classes, Passes, file, labels);
        IReadOnlyList<SegmentationNetwork> networks = _networks.InMemory;
        (bool Training, bool DeepSupervision)[] before = [.. networks.Select(static n => (n.training, n.DeepSupervision))];
        try
        {
            foreach (SegmentationNetwork network in networks)
            {
                network.eval();
                network.DeepSupervision = false;
            }

            PredictTiles(tiles, data, result, progress, cancel);
        }
        finally
        {
            for (int i = 0; i < before.Length; i++)
            {
                networks[i].train(before[i].Training);
                networks[i].DeepSupervision = before[i].DeepSupervision;
            }
        }

        return result.Complete(cancel);
    }

    private void PredictTiles(SlidingWindowTiles tiles, NetworkInput data, TileSum result, IProgress<TileProgress>? progress, CancellationToken cancel)
    {
        using IDisposable inference = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        Device device = _options.Device.ToTorch();
        long budget = _options.BatchVoxels > 0 ? _options.BatchVoxels : BatchVoxelsOf(_options.Device);
        int batch = (int)Math.Clamp(budget / tiles.Tile.Count, 1, tiles.Count);
        long[] tileShape = [.. _options.Tile.Select(static n => (long)n)]; // (d, h, w) or (h, w)

        Tensor input = empty([batch, data.Channels, .. tileShape]); // (B, C, d, h, w), filled anew for each batch
        bool perPass = !_options.Device.IsCuda; // there passes are only queued, so that the batch's end alone tells something
        Tensor? sum = null; // (B, K, d, h, w), filled anew for each batch
        for (int next = 0; next < tiles.Count; next += batch)
        {
            int first = next;
            using DisposeScope batchScope = NewDisposeScope();
            int count = Math.Min(batch, tiles.Count - first);
            Tensor some = input.narrow(0, 0, count);
            Gather(tiles, data, first, MemoryMarshal.Cast<byte, float>(some.bytes));
            Tensor entered = some.to(device);
            if (Passes == 1)
            {
                cancel.ThrowIfCancellationRequested();
                using NetworkOutput output = NetworkOutput.Of(_networks.Take(0), entered, _options);
                foreach ((long from, Tensor part) in output.Parts())
                {
                    using Tensor values = part;
                    Add(tiles, values, first, count, checked((int)from * (tiles.Tile.Z > 1 ? tiles.Tile.Y : 1)), result);
                }
            }
            else
            {
                IProgress<double>? passes = perPass ? Relay.Into<double, TileProgress>(progress, share => new TileProgress(first, tiles.Count) { Share = (first + (share * count)) / tiles.Count }) : null;
                SumOfPasses(entered, ref sum, scope, passes, cancel);
                using Tensor values = sum.narrow(0, 0, count);
                Add(tiles, values, first, count, 0, result);
            }

            PredictionMeter.Tiles(count);
            progress?.Report(new TileProgress(first + count, tiles.Count));
        }
    }

    /// <summary>Adds values of a batch's tiles (B, K, …), from a row of the tile on.</summary>
    private void Add(SlidingWindowTiles tiles, Tensor values, int first, int count, int firstRow, TileSum result)
    {
        using Tensor here = values.cpu();
        for (int index = 0; index < count; index++)
        {
            TilePart part = TilePart.Of(here, index, firstRow, tiles.Tile.X, out Tensor laid);
            using (laid)
            {
                if (!result.Add(part, tiles.Origin(first + index))) throw NotFinite(part.Count(tiles.Tile.X));
            }
        }
    }

    /// <summary>One value that is not finite would pass for background: it is told where it comes from, as far as the networks tell.</summary>
    private NonFiniteOutputException NotFinite((long Values, NonFiniteCount NotFinite) counted)
    {
        string what = $"of {counted.Values} values that the network says about a tile, {counted.NotFinite.Describe("values")}";
        for (int i = 0; i < _networks.Count; i++)
        {
            if (NetworkWeights.NonFinite(_networks.Take(i)) is { } weights) return new NonFiniteOutputException("network", $"{what}, since of its weights {weights}", "train it again, or copy its file again", i);
        }

        return new NonFiniteOutputException("network", what, "predict in float32 (--disable_mixed_precision), or bring the image's values into the range of the training images", network: null);
    }

    /// <summary>One of the networks, for what all have in common.</summary>
    private SegmentationNetwork Any => _networks.InMemory[0];

    /// <summary>Predictions of a tile: by each network, mirrored in each way.</summary>
    private int Passes => (1 << _options.MirrorAxes.Count) * _networks.Count;

    /// <summary>The sum of what is averaged over all networks and mirrorings: (B, C, …) to (B, K, …); network by network, since one may have to be read first.</summary>
    private void SumOfPasses(Tensor input, [NotNull] ref Tensor? sum, DisposeScope owner, IProgress<double>? progress, CancellationToken cancel)
    {
        int ways = 1 << _options.MirrorAxes.Count, done = 0;
        for (int fold = 0; fold < _networks.Count; fold++)
        {
            cancel.ThrowIfCancellationRequested();
            SegmentationNetwork network = _networks.Take(fold);
            for (int flips = 0; flips < ways; flips++)
            {
                cancel.ThrowIfCancellationRequested();
                using DisposeScope flipScope = NewDisposeScope();
                long[] axes = [.. _options.MirrorAxes.Where((_, i) => (flips & (1 << i)) != 0).Select(static a => a + 2L)];
                using NetworkOutput output = NetworkOutput.Of(network, axes.Length > 0 ? input.flip(axes) : input, _options);
                foreach ((long from, Tensor part) in output.Parts())
                {
                    using DisposeScope partScope = NewDisposeScope();
                    Tensor back = axes.Length > 0 ? part.flip(axes) : part;
                    if (sum is null) owner.Attach(sum = output.Sums(part));
                    long slices = part.shape[2], first = axes.Contains(2) ? output.Slices - from - slices : from;
                    Tensor into = sum.narrow(0, 0, part.shape[0]).narrow(2, first, slices);
                    if (done == 0) into.copy_(back);
                    else into.PlusInPlace(back);
                    part.Dispose();
                }

                // The last pass is told with the batch that it completes.
                if (++done < ways * _networks.Count) progress?.Report((double)done / (ways * _networks.Count));
            }
        }

        if (sum is null) throw new InvalidOperationException("no pass");
    }

    /// <summary>Copies tiles out of the image; where they reach over its border, they are 0.</summary>
    private static void Gather(SlidingWindowTiles tiles, NetworkInput data, int first, Span<float> into)
    {
        (Extent tile, Extent image) = (tiles.Tile, tiles.Image);
        into.Clear();
        int slices = into.Length / tile.SliceCount;
        for (int slice = 0; slice < slices; slice++)
        {
            (int channelOfTile, int dz) = Math.DivRem(slice, tile.Z);
            (int index, int channel) = Math.DivRem(channelOfTile, data.Channels);
            (int z0, int y0, int x0) = tiles.Origin(first + index);
            int z = z0 + dz;
            if (z < 0 || z >= image.Z) continue;

            (int from, int length) = SlidingWindowTiles.Overlap(x0, tile.X, image.X);
            for (int dy = 0; dy < tile.Y; dy++)
            {
                int y = y0 + dy;
                if (y < 0 || y >= image.Y) continue;
                data.Read(channel, (((z * image.Y) + y) * image.X) + x0 + from, into.Slice((((slice * tile.Y) + dy) * tile.X) + from, length));
            }
        }
    }
}
