using System.Numerics.Tensors;
using NnUNet.Core.Cropping;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Export;

/// <summary>Turns a network's outputs, probabilities or logits, into a segmentation on the image's own grid.</summary>
/// <remarks>
/// Resamples to the cropped image, decides about labels as <see cref="LabelRule"/> does, puts the result into the whole
/// image and undoes the transposition. Works part by part with a running argmax: beside the result, its memory grows
/// neither with the number of classes nor with the image. Source: nnunet/inference/segmentation_export.py, save_segmentation_nifti_from_softmax.
/// </remarks>
public static class SegmentationExporter
{
    /// <summary>The segmentation of a case.</summary>
    /// <param name="probabilities">The networks' outputs (K, z, y, x) in the model's transposed axes.</param>
    /// <param name="properties">What preprocessing noted about the case.</param>
    /// <param name="contract">The model's contract: axes, labels, and how the way back is resampled.</param>
    /// <param name="options">How to resample; null for what the model asks for.</param>
    /// <param name="progress">Gets the share that is done, 0 to 1, a hundred times at most; one report at a time.</param>
    /// <param name="cancel">Stops between blocks.</param>
    /// <returns>Labels in the image's axes, voxel counts and geometry.</returns>
    /// <exception cref="DescribedException">The properties contradict each other.</exception>
    public static Volume<short> Export(
        MultiChannelArray<float> probabilities,
        CaseProperties properties,
        ModelContract contract,
        ExportOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancel = default) =>
        Export(ProbabilityMaps.From(probabilities), properties, contract, options, progress, cancel);

    /// <summary>The segmentation of a case.</summary>
    /// <param name="probabilities">The networks' outputs (K, z, y, x) in the model's transposed axes, in memory or on disk.</param>
    /// <param name="properties">What preprocessing noted about the case.</param>
    /// <param name="contract">The model's contract: axes, labels, and how the way back is resampled.</param>
    /// <param name="options">How to resample; null for what the model asks for.</param>
    /// <param name="progress">Gets the share that is done, 0 to 1, a hundred times at most; one report at a time.</param>
    /// <param name="cancel">Stops between blocks.</param>
    /// <returns>Labels in the image's axes, voxel counts and geometry.</returns>
    /// <exception cref="DescribedException">The properties contradict each other.</exception>
    public static Volume<short> Export(
        ProbabilityMaps probabilities,
        CaseProperties properties,
        ModelContract contract,
        ExportOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancel = default)
    {
        options ??= ExportOptions.From(contract);
        ExportGrid grid = ExportGrid.Of(properties, contract.Preprocessing, options, probabilities.Extent);
        Volume<short> labels = new(grid.Full, properties.Geometry);
        Decide(probabilities, grid, LabelRule.Of(contract), options.Threads, labels.Voxels, progress, cancel);
        return ImageTurn.Back(labels, properties);
    }

    /// <summary>The segmentation of a case, decided on the network's grid and resampled as labels: faster, but with coarser borders.</summary>
    /// <param name="probabilities">The networks' outputs (K, z, y, x) in the model's transposed axes, in memory or on disk.</param>
    /// <param name="properties">What preprocessing noted about the case.</param>
    /// <param name="contract">The model's contract: axes, labels, and how the way back is resampled.</param>
    /// <param name="nearest">Whether each voxel takes its nearest neighbour's label; otherwise labels are resampled with the options' orders.</param>
    /// <param name="options">How to resample; null for what the model asks for.</param>
    /// <param name="cancel">Stops between blocks.</param>
    /// <returns>Labels in the image's axes, voxel counts and geometry.</returns>
    /// <remarks>Source: nnunet/inference/segmentation_export.py, save_segmentation_nifti (modes fast and fastest).</remarks>
    /// <exception cref="DescribedException">The properties contradict each other.</exception>
    public static Volume<short> ExportLabels(
        ProbabilityMaps probabilities,
        CaseProperties properties,
        ModelContract contract,
        bool nearest,
        ExportOptions? options = null,
        CancellationToken cancel = default)
    {
        options ??= ExportOptions.From(contract);
        ExportGrid grid = ExportGrid.Of(properties, contract.Preprocessing, options, probabilities.Extent);
        short[] decided = new short[grid.Source.Count];
        Decide(probabilities, ExportGrid.Between(grid.Source, grid.Source, options.Order), LabelRule.Of(contract), options.Threads, decided, null, cancel);
        return ExportLabels(decided, grid, properties, nearest, cancel);
    }

    /// <summary>The segmentation of a case of labels on the network's grid: as they are where that is the image's, else resampled.</summary>
    /// <param name="decided">The labels in the model's transposed axes.</param>
    /// <param name="properties">What preprocessing noted about the case.</param>
    /// <param name="contract">The model's contract: axes, and how the way back is resampled.</param>
    /// <param name="nearest">Whether each voxel takes its nearest neighbour's label; otherwise labels are resampled with the options' orders.</param>
    /// <param name="options">How to resample; null for what the model asks for.</param>
    /// <param name="cancel">Stops between blocks.</param>
    /// <exception cref="DescribedException">The properties contradict each other.</exception>
    internal static Volume<short> ExportLabels(
        SliceLabels decided,
        CaseProperties properties,
        ModelContract contract,
        bool nearest,
        ExportOptions? options = null,
        CancellationToken cancel = default) =>
        ExportLabels(decided.Labels, ExportGrid.Of(properties, contract.Preprocessing, options ?? ExportOptions.From(contract), decided.Extent), properties, nearest, cancel);

    private static Volume<short> ExportLabels(short[] decided, ExportGrid grid, CaseProperties properties, bool nearest, CancellationToken cancel)
    {
        short[] resampled = decided;
        if (grid.Source != grid.Target)
        {
            // Order 0 is never resampled axis by axis: there is nothing to smooth.
            resampled = new short[grid.Target.Count];
            int order = nearest ? 0 : grid.Order;
            AnisotropicResampling.ResampleLabels(decided, grid.Source, resampled, grid.Target, order == 0 ? null : grid.SeparateAxis, order, grid.OrderZ, cancel);
        }

        Volume<short> labels = new(grid.Full, properties.Geometry);
        int slice = grid.Target.SliceCount;
        int[] whole = new int[slice];
        for (int z = 0; z < grid.Target.Z; z++)
        {
            TensorPrimitives.ConvertTruncating<short, int>(resampled.AsSpan(z * slice, slice), whole);
            grid.Store(whole, new RowBlock(z, 1, 0, grid.Target.Y), labels.Voxels);
        }

        return ImageTurn.Back(labels, properties);
    }

    /// <summary>Bytes that an export takes at most beside the probabilities and the result.</summary>
    /// <param name="network">Voxel counts of the network's grid.</param>
    /// <param name="image">Voxel counts of the cropped image, in the same axes.</param>
    /// <param name="options">How to resample.</param>
    public static long WorkingBytes(Extent network, Extent image, ExportOptions options) => ClassResampler.WorkingBytes(network, image, options);

    /// <summary>Writes the labels on the grid's image into an array of its size.</summary>
    internal static void Decide(ProbabilityMaps probabilities, ExportGrid grid, LabelRule rule, int threads, short[] result, IProgress<double>? progress, CancellationToken cancel)
    {
        using ClassResampler resampler = new(probabilities, grid, threads);
        if (resampler.IsBlockwise) ByBlocks(resampler, probabilities.Classes, grid, rule, threads, result, progress, cancel);
        else BySlabs(resampler, probabilities.Classes, grid, rule, result, progress, cancel);
    }

    /// <summary>All classes of one block after the other.</summary>
    private static void ByBlocks(
        ClassResampler resampler, int classes, ExportGrid grid, LabelRule rule, int threads, short[] result, IProgress<double>? progress, CancellationToken cancel)
    {
        RowBlock[] blocks = resampler.Parts();
        PartProgress done = new(blocks.Length, progress);
        using ThreadLocal<Decision> decisions = new(static () => new Decision());
        ParallelLoop.ForEach(
            blocks.Length,
            i =>
            {
                RowBlock block = blocks[i];
                Decision decision = decisions.Value!;
                decision.Start(block.Slices * block.Rows * grid.Target.X);
                for (int k = 0; k < classes; k++) decision.Take(resampler.Block(k, block), 0, k, rule);
                grid.Store(decision.Labels, block, result);
                done.Next();
            },
            threads,
            cancel);
    }

    /// <summary>All classes of one slab after the other.</summary>
    private static void BySlabs(
        ClassResampler resampler, int classes, ExportGrid grid, LabelRule rule, short[] result, IProgress<double>? progress, CancellationToken cancel)
    {
        Decision decision = new();
        int slice = grid.Target.SliceCount;
        RowBlock[] slabs = resampler.Parts();
        PartProgress done = new(slabs.Length * classes, progress);
        foreach (RowBlock slab in slabs)
        {
            decision.Start(slab.Slices * slice);
            for (int k = 0; k < classes; k++)
            {
                int label = k;
                resampler.Slab(k, slab, (rows, block) => decision.Take(rows, (block.FirstSlice - slab.FirstSlice) * slice, label, rule), cancel);
                done.Next();
            }

            grid.Store(decision.Labels, slab, result);
        }
    }

    /// <summary>The best probability so far and whose it is.</summary>
    private sealed class Decision
    {
        private float[] _best = [];
        private int[] _labels = [];
        private int _count;

        public ReadOnlySpan<int> Labels => _labels.AsSpan(0, _count);

        public void Start(int count)
        {
            if (_labels.Length < count) (_best, _labels) = (new float[count], new int[count]);
            _count = count;
            _best.AsSpan(0, count).Fill(float.NegativeInfinity);
            _labels.AsSpan(0, count).Clear();
        }

        public void Take(ReadOnlySpan<float> values, int at, int k, LabelRule rule) =>
            rule.Take(values, k, _best.AsSpan(at, values.Length), _labels.AsSpan(at, values.Length));
    }
}
