using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Core.Batches;
using NnUNet.Imaging;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Benchmarks;

/// <summary>Iterations of the hippocampus network, their parts, and the batches that they need.</summary>
internal sealed class TrainingMeasurements(MachineBenchmarkOptions options, Repetitions repetitions, int dimensions)
{
    private readonly Extent _patch = dimensions == 3 ? HippocampusNetwork.Patch3D : HippocampusNetwork.Patch2D;
    private readonly int _samples = options.Tiny ? 1 : dimensions == 3 ? 2 : 89;

    private string Name => $"{dimensions}D, {_samples} x {(dimensions == 3 ? "40x56x40" : "56x40")}";

    /// <summary>A whole iteration: forward, loss, backward, step.</summary>
    public MachineFigure Iteration(ComputePrecision precision)
    {
        using SegmentationNetwork network = HippocampusNetwork.Create(dimensions);
        network.ConvolutionType = precision.ConvolutionType();
        network.to(options.Device.ToTorch());
        using NesterovSgd optimizer = new();
        optimizer.Attach(network);
        TrainingStep step = new(network, optimizer, new DeepSupervisionLoss(new DiceCrossEntropyLoss(), DeepSupervisionLoss.DefaultWeights(3)), options.Device.ToTorch());
        using TrainingBatch batch = Batch(_samples, dimensions);
        string key = precision == ComputePrecision.Float32 ? FigureKeys.IterationFloat32(dimensions) : FigureKeys.IterationMixed(dimensions);
        return repetitions.Measure(key, $"training iteration, {Name}, {precision.Name()}", () => Finished(() => step.Train(batch, 0.01, 1)));
    }

    /// <summary>The iteration's convolutions alone.</summary>
    public MachineFigure Convolutions(ComputePrecision precision)
    {
        using BareConvolutions bare = new(dimensions, precision.ConvolutionType(), options.Device.ToTorch());
        using Tensor images = Images();
        return repetitions.Measure(FigureKeys.Convolutions(dimensions), $"its convolutions alone, {precision.Name()}", () => Finished(() => bare.Run(images)));
    }

    /// <summary>The iteration's norms and rectifiers alone.</summary>
    public MachineFigure Norms(ComputePrecision precision)
    {
        using BareNorms norms = new(_patch, _samples, precision.ConvolutionType(), options.Device.ToTorch());
        return repetitions.Measure(FigureKeys.Norms(dimensions), "its norms and rectifiers alone", () => Finished(norms.Run));
    }

    /// <summary>Making one batch with one thread, with all augmentations of nnUNetTrainerV2.</summary>
    public MachineFigure MakeBatch()
    {
        (BatchMaker maker, TrainingBatch batch) = Maker(_samples, dimensions, augmented: true);
        int iteration = 0;
        using (batch)
        {
            return repetitions.Measure(
                FigureKeys.Batch(dimensions), "the making of its batch by one thread", () => maker.Make(new BatchKey(0, false, iteration++), batch, CancellationToken.None));
        }
    }

    /// <summary>One tile of a prediction.</summary>
    public MachineFigure Tile(ComputePrecision precision)
    {
        using SegmentationNetwork network = HippocampusNetwork.Create(dimensions);
        network.DeepSupervision = false;
        network.ConvolutionType = precision.ConvolutionType();
        network.to(options.Device.ToTorch());
        network.eval();
        using IDisposable noGrad = no_grad();
        using Tensor images = Images();
        using Tensor tile = images.narrow(0, 0, 1);
        return repetitions.Measure(FigureKeys.Tile(dimensions), $"one tile of a prediction, {dimensions}D, {precision.Name()}", () => Finished(() =>
        {
            using DisposeScope scope = NewDisposeScope();
            network.call(tile);
        }));
    }

    /// <summary>A batch of waves with stripes to segment.</summary>
    /// <param name="samples">Samples of the batch.</param>
    /// <param name="dimensions">2 or 3.</param>
    internal static TrainingBatch Batch(int samples, int dimensions)
    {
        Extent patch = dimensions == 3 ? HippocampusNetwork.Patch3D : HippocampusNetwork.Patch2D;
        TrainingBatch batch = new(samples, 1, patch, Targets(dimensions).Extents);
        for (int i = 0; i < batch.Images.Length; i++) batch.Images[i] = MathF.Sin(i * 0.37f);
        foreach (short[] labels in batch.Targets)
        {
            for (int i = 0; i < labels.Length; i++) labels[i] = (short)(i / 50 % 3);
        }

        return batch;
    }

    /// <summary>Makes batches of patches of cases in memory, and the batch that they are made into.</summary>
    /// <param name="samples">Samples of a batch.</param>
    /// <param name="dimensions">2 or 3.</param>
    /// <param name="augmented">Whether with all augmentations of nnUNetTrainerV2; otherwise patches are read as they are.</param>
    internal static (BatchMaker Maker, TrainingBatch Batch) Maker(int samples, int dimensions, bool augmented)
    {
        BatchRecipe recipe = Recipe(samples, dimensions, augmented);
        return (new BatchMaker(recipe, recipe, Targets(dimensions)), Batch(samples, dimensions));
    }

    /// <summary>What these batches hold.</summary>
    internal static BatchRecipe Recipe(int samples, int dimensions, bool augmented) =>
        Recipe(samples, dimensions == 2 ? HippocampusNetwork.Patch2D : HippocampusNetwork.Patch3D, augmented);

    /// <summary>What batches of patches (z, y, x) hold; a patch of one slice is 2D.</summary>
    internal static BatchRecipe Recipe(int samples, Extent patch, bool augmented)
    {
        bool slices = patch.Z == 1;
        SpatialRanges ranges = slices ? new SpatialRanges { MaxAngle = new AxisValues(Math.PI, 0, 0) } : new SpatialRanges();
        AugmentationSettings settings = new()
        {
            Patch = patch,
            InitialPatch = !augmented ? patch : InitialPatch.For(patch, ranges.MaxAngle, 0.85, slices),
            SliceWise = slices,
            Spatial = ranges,
            MirrorAxes = slices ? [1, 2] : [0, 1, 2],
        };
        return new BatchRecipe
        {
            Seed = 1,
            BatchSize = samples,
            Cases = [.. Enumerable.Range(0, 8).Select(static i => new BenchmarkCase(i))],
            Settings = settings,
            Slices = slices,
            Augmentation = !augmented ? AugmentationPipeline.None : new AugmentationPipeline(
                new SpatialAugmentation(patch, ranges, slices), [.. IntensityAugmentations.Standard(1, slices), new MirrorAugmentation(settings.MirrorAxes)]),
        };
    }

    /// <summary>The segmentations of a sample.</summary>
    internal static DeepSupervisionTargets Targets(int dimensions) => dimensions == 3
        ? DeepSupervisionTargets.ForOutputs(HippocampusNetwork.Patch3D, [[1, 1, 1], [2, 2, 2], [4, 4, 4]])
        : DeepSupervisionTargets.ForOutputs(HippocampusNetwork.Patch2D, [[1, 1], [2, 2], [4, 4]]);

    private Tensor Images()
    {
        using TrainingBatch batch = Batch(_samples, dimensions);
        using Tensor values = tensor(batch.Images, dimensions == 3 ? [_samples, 1, _patch.Z, _patch.Y, _patch.X] : [_samples, 1, _patch.Y, _patch.X]);
        return values.to(options.Device.ToTorch(), copy: true);
    }

    private void Finished(Action action)
    {
        action();
        if (options.Device.IsCuda) cuda.synchronize();
    }
}
