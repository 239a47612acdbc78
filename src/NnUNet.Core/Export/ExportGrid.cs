using System.Numerics.Tensors;
using NnUNet.Core.Cropping;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Export;

/// <summary>The way back from the network's grid to the image's: both grids, how to resample, and where the result goes.</summary>
/// <remarks>Source: nnunet/inference/segmentation_export.py.</remarks>
internal sealed class ExportGrid
{
    private readonly int[] _transposeForward;

    private ExportGrid(CaseProperties properties, PreprocessingRecipe recipe, ExportOptions options, Extent source)
    {
        Full = Extent.From(properties.OriginalSizeOfRawData.AsSpan());
        Cropped = Extent.From(properties.SizeAfterCropping.AsSpan());
        _transposeForward = recipe.TransposeForward.ToArray();
        Source = source;
        Target = Cropped.Transpose(_transposeForward);
        Start = properties.CropBbox.Count == 0
            ? new Extent(0, 0, 0)
            : new Extent(properties.CropBbox[0][0], properties.CropBbox[1][0], properties.CropBbox[2][0]);
        (Order, OrderZ, SeparateAxis) = OrdersOf(properties, recipe, options);
    }

    private ExportGrid(Extent source, Extent target, int order)
    {
        (Full, Cropped, Target, Source, Order) = (target, target, target, source, order);
        _transposeForward = [0, 1, 2];
    }

    /// <summary>The image's voxel counts (z, y, x).</summary>
    public Extent Full { get; }

    /// <summary>The cropped image's voxel counts (z, y, x).</summary>
    public Extent Cropped { get; }

    /// <summary>The cropped image's first voxel (z, y, x) in the image.</summary>
    public Extent Start { get; }

    /// <summary>The network's grid, in transposed axes.</summary>
    public Extent Source { get; }

    /// <summary>The cropped image's grid, in transposed axes.</summary>
    public Extent Target { get; }

    /// <summary>The transposed axis that is resampled separately with <see cref="OrderZ"/>; null for none.</summary>
    public int? SeparateAxis { get; }

    /// <summary>Interpolation order.</summary>
    public int Order { get; }

    /// <summary>Interpolation order of the separate axis.</summary>
    public int OrderZ { get; }

    /// <summary>Whether every axis can be resampled by itself from at most two neighbours.</summary>
    public bool IsLinear => Source == Target || (Order <= 1 && (SeparateAxis is null || OrderZ <= 1));

    /// <summary>From one grid to another of the same axes, nothing cropped and no axis apart.</summary>
    public static ExportGrid Between(Extent source, Extent target, int order) => new(source, target, order);

    /// <summary>The grid of a case.</summary>
    /// <exception cref="DescribedException">The properties contradict each other.</exception>
    public static ExportGrid Of(CaseProperties properties, PreprocessingRecipe recipe, ExportOptions options, Extent source)
    {
        ExportGrid grid = new(properties, recipe, options, source);
        for (int axis = 0; axis < 3; axis++)
        {
            if (grid.Start[axis] >= 0 && grid.Start[axis] + grid.Cropped[axis] <= grid.Full[axis] && grid.Cropped[axis] > 0) continue;
            throw new DescribedException(
                "case properties",
                $"a cropped image of {grid.Cropped} voxels from {grid.Start} on does not lie within the image of {grid.Full}",
                "preprocess the case again");
        }

        return grid;
    }

    /// <summary>Writes labels of the transposed target grid to their places in the image.</summary>
    /// <param name="labels">Labels, packed (z, y, x) in transposed axes.</param>
    /// <param name="block">Which rows they are.</param>
    /// <param name="image">The whole image.</param>
    public void Store(ReadOnlySpan<int> labels, RowBlock block, short[] image)
    {
        long start = (((long)Start.Z * Full.Y) + Start.Y) * Full.X + Start.X;
        for (int row = 0; row < block.Slices * block.Rows; row++)
        {
            (long at, long step) = Place(Full, block, row);
            at += start;
            foreach (int label in labels.Slice(row * Target.X, Target.X))
            {
                image[at] = (short)label;
                at += step;
            }
        }
    }

    /// <summary>Writes probabilities of the transposed target grid, as float16, to their places in the cropped image.</summary>
    /// <param name="values">Probabilities, packed (z, y, x) in transposed axes.</param>
    /// <param name="block">Which rows they are.</param>
    /// <param name="cropped">The cropped image.</param>
    public void StoreCropped(ReadOnlySpan<float> values, RowBlock block, Half[] cropped)
    {
        for (int row = 0; row < block.Slices * block.Rows; row++)
        {
            (long at, long step) = Place(Cropped, block, row);
            ReadOnlySpan<float> line = values.Slice(row * Target.X, Target.X);
            if (step == 1)
            {
                TensorPrimitives.ConvertToHalf(line, cropped.AsSpan((int)at, line.Length));
                continue;
            }

            foreach (float value in line)
            {
                cropped[at] = (Half)value;
                at += step;
            }
        }
    }

    /// <summary>Writes probabilities of the transposed target grid to their places in the whole image.</summary>
    /// <param name="values">Probabilities, packed (z, y, x) in transposed axes.</param>
    /// <param name="block">Which rows they are.</param>
    /// <param name="image">The whole image.</param>
    public void StoreWhole(ReadOnlySpan<float> values, RowBlock block, float[] image)
    {
        long start = (((long)Start.Z * Full.Y) + Start.Y) * Full.X + Start.X;
        for (int row = 0; row < block.Slices * block.Rows; row++)
        {
            (long at, long step) = Place(Full, block, row);
            at += start;
            foreach (float value in values.Slice(row * Target.X, Target.X))
            {
                image[at] = value;
                at += step;
            }
        }
    }

    private SplineOrders OrdersOf(CaseProperties properties, PreprocessingRecipe recipe, ExportOptions options)
    {
        ResamplingRule rule = new() { Function = options.Function, Order = options.Order, OrderZ = options.OrderZ, ForceSeparateZ = options.ForceSeparateZ, Threshold = options.Threshold };
        SplineFunction function = ResamplingFunction.Of(rule) as SplineFunction
            ?? throw new DescribedException("export", $"the network's outputs are resampled with {rule.Function}, which is none of splines", "choose another model, or change its plan");
        Spacing image = Spacing.From(properties.OriginalSpacing.AsSpan()), network = Spacing.From(properties.SpacingAfterResampling.AsSpan());
        if (recipe.CoarseAxis == CoarseAxisRule.NetworkFirst) return function.OrdersFor(new ResamplingGrids(Source, network, Target, image.Transpose(_transposeForward)), rule);

        // As in the original, the spacing after resampling is read as if it were in the image's axes, although it is in the
        // transposed ones; it counts only where the image's own spacing is not anisotropic.
        SplineOrders orders = function.OrdersFor(new ResamplingGrids(Cropped, image, Cropped, network), rule);
        return orders.SeparateAxis is { } axis ? orders with { SeparateAxis = recipe.TransposeBackward[axis] } : orders;
    }

    /// <summary>Where a row of a block begins in an array in the image's axes, and the step from one of its voxels to the next.</summary>
    private (long First, long Step) Place(Extent extent, RowBlock block, int row)
    {
        ReadOnlySpan<long> strides = [(long)extent.Y * extent.X, extent.X, 1];
        int z = block.FirstSlice + (row / block.Rows), y = block.FirstRow + (row % block.Rows);
        return ((z * strides[_transposeForward[0]]) + (y * strides[_transposeForward[1]]), strides[_transposeForward[2]]);
    }
}
