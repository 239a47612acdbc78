using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>Values of one stage of a plan that contradict each other or are impossible.</summary>
internal static class StageFaults
{
    /// <summary>All faults, one sentence each.</summary>
    /// <param name="where">Name of the stage, put first.</param>
    /// <param name="stage">The stage.</param>
    public static IEnumerable<string> Of(string where, ConfigurationPlan stage)
    {
        List<string> faults = [.. Grid(stage)];
        int axes = stage.PatchSize.Count;
        if (axes is not (2 or 3)) faults.Add($"patch_size is {stage.PatchSize}, but must have 3 values (z, y, x), or 2 (y, x) in 2D");
        else faults.AddRange(Patch(stage, axes));
        return faults.Select(fault => $"{where}: {fault}");
    }

    private static IEnumerable<string> Grid(ConfigurationPlan stage)
    {
        if (stage.BatchSize < 1) yield return $"batch_size is {stage.BatchSize}, but must be at least 1";
        if (stage.MedianPatientSizeInVoxels.Count != 3 || stage.MedianPatientSizeInVoxels.Any(static v => v < 1))
            yield return $"median_patient_size_in_voxels is {stage.MedianPatientSizeInVoxels}, but must be three numbers of at least 1 (z, y, x; in 2D too)";
        foreach ((string key, ValueArray<double> spacing) in new[] { ("current_spacing", stage.CurrentSpacing), ("original_spacing", stage.OriginalSpacing) })
        {
            if (spacing.Count != 3 || spacing.Any(static s => !(double.IsFinite(s) && s > 0)))
                yield return $"{key} is {spacing}, but must be three numbers greater than 0 (z, y, x in mm; in 2D too)";
        }
    }

    private static List<string> Patch(ConfigurationPlan stage, int axes)
    {
        List<string> faults = [];
        if (stage.PatchSize.Aggregate((Int128)1, static (product, edge) => product * Math.Max(edge, 1)) > Array.MaxLength) faults.Add($"patch_size is {stage.PatchSize}, which is more than {Array.MaxLength} voxels");
        if (stage.PatchSize.Any(static p => p < 1)) faults.Add($"patch_size is {stage.PatchSize}, but must have values of at least 1");
        if (axes == 2 && stage.DoDummy2DDataAug) faults.Add("do_dummy_2D_data_aug is true, but the patch is 2D already");
        bool kernelsSound = Kernels(stage, axes, faults);
        faults.AddRange(Blocks(stage));
        if (stage.NumPoolPerAxis.Count != axes) faults.Add($"num_pool_per_axis {stage.NumPoolPerAxis} has {stage.NumPoolPerAxis.Count} values, but patch_size {stage.PatchSize} has {axes}");
        else if (kernelsSound) faults.AddRange(PoolCounts(stage, axes));
        if (kernelsSound) faults.AddRange(Divisibility(stage, axes));
        return faults;
    }

    /// <summary>Adds what is wrong with strides and kernels; whether each stride has one value of at least 1 an axis.</summary>
    private static bool Kernels(ConfigurationPlan stage, int axes, List<string> faults)
    {
        int before = faults.Count;
        foreach ((int i, ValueArray<int> stride) in stage.PoolOpKernelSizes.Index())
        {
            if (stride.Count != axes || stride.Any(static s => s < 1))
                faults.Add($"pool_op_kernel_sizes[{i}] is {stride}, but must have {axes} values of at least 1, as patch_size has {axes}");
        }

        bool sound = faults.Count == before;
        foreach ((int i, ValueArray<int> kernel) in stage.ConvKernelSizes.Index())
        {
            if (kernel.Count != axes || kernel.Any(static k => k < 1 || k % 2 == 0))
                faults.Add($"conv_kernel_sizes[{i}] is {kernel}, but must have {axes} odd values of at least 1, as patch_size has {axes}");
        }

        int strides = stage.PoolOpKernelSizes.Count;
        int kernels = stage.ConvKernelSizes.Count;
        bool startsAtFullResolution = strides > 0 && stage.PoolOpKernelSizes[0].All(static s => s == 1);
        if (kernels != strides + 1 && !(kernels == strides && startsAtFullResolution))
            faults.Add($"conv_kernel_sizes has {kernels} entries, but must have {strides + 1}: one more than pool_op_kernel_sizes, the last for the bottleneck");
        return sound;
    }

    private static IEnumerable<string> Blocks(ConfigurationPlan stage)
    {
        int resolutions = stage.ConvKernelSizes.Count;
        if (stage.NumBlocksEncoder is { } encoder && encoder.Count != resolutions)
            yield return $"num_blocks_encoder is {encoder}, but must have {resolutions} values: one for each of conv_kernel_sizes";
        if (stage.NumBlocksDecoder is { } decoder && decoder.Count != resolutions - 1)
            yield return $"num_blocks_decoder is {decoder}, but must have {resolutions - 1} values: one less than conv_kernel_sizes";
    }

    private static IEnumerable<string> PoolCounts(ConfigurationPlan stage, int axes)
    {
        ValueArray<int> counted = [.. Enumerable.Range(0, axes).Select(axis => stage.PoolOpKernelSizes.Count(stride => stride[axis] > 1))];
        if (counted != stage.NumPoolPerAxis)
            yield return $"num_pool_per_axis is {stage.NumPoolPerAxis}, but pool_op_kernel_sizes pools {counted} times";
    }

    private static IEnumerable<string> Divisibility(ConfigurationPlan stage, int axes)
    {
        long[] divisor = [.. Enumerable.Range(0, axes).Select(axis => stage.PoolOpKernelSizes.Aggregate(1L, (product, stride) => Math.Min(product * stride[axis], int.MaxValue)))];
        for (int axis = 0; axis < axes; axis++)
        {
            int edge = stage.PatchSize[axis];
            if (edge < 1 || edge % divisor[axis] == 0) continue;
            long below = edge / divisor[axis] * divisor[axis];
            string possible = below > 0 ? $"{below} or {below + divisor[axis]}" : $"{divisor[axis]}";
            yield return $"patch_size {stage.PatchSize}: {edge} along axis {axis} is not divisible by {divisor[axis]}, the product of its strides in pool_op_kernel_sizes; use {possible}, or pool less";
        }
    }
}
