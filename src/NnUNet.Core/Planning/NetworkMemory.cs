using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>How a network grows: what the memory estimate needs to know of it.</summary>
/// <param name="BaseFeatures">Feature maps at full resolution; doubled at each pooling.</param>
/// <param name="MaxFeatures">Feature maps at most.</param>
/// <param name="Channels">Image channels.</param>
/// <param name="Classes">Classes, background included.</param>
/// <param name="ConvPerStage">Convolutions of each resolution of encoder and decoder.</param>
public readonly record struct NetworkSize(int BaseFeatures, int MaxFeatures, int Channels, int Classes, int ConvPerStage = 2);

/// <summary>Numbers to which the memory of a training step is roughly proportional: values in all feature maps, not bytes.</summary>
public static class NetworkMemory
{
    /// <summary>What a 3D U-Net of 30 base features may take with a batch of two in 8 GB.</summary>
    public const double Reference3D = 520_000_000;

    /// <summary>The number of samples of the batches for which the references are meant.</summary>
    public const int ReferenceBatch = 2;

    /// <summary>What a 3D U-Net with a residual encoder may take with a batch of two in 8 GB.</summary>
    public const double ReferenceResidual3D = 1_230_348_801;

    /// <summary>What a 2D U-Net of 30 base features takes for one of 50 samples of 256 x 256.</summary>
    public const double Reference2D = 19_739_648;

    /// <summary>The number of samples that belongs to <see cref="Reference2D"/>.</summary>
    public const int ReferenceBatch2D = 50;

    /// <summary>Feature-map values of a plain U-Net for one sample.</summary>
    /// <param name="patch">Patch in voxels, array order.</param>
    /// <param name="poolOpKernelSizes">Strides of each pooling from full resolution down.</param>
    /// <param name="size">Features, channels, classes and convolutions.</param>
    /// <remarks>Source: nnunet/network_architecture/generic_UNet.py, compute_approx_vram_consumption.</remarks>
    public static long PlainUNet(ReadOnlySpan<int> patch, ValueArray<ValueArray<int>> poolOpKernelSizes, NetworkSize size)
    {
        long[] map = [.. patch.ToArray().Select(static p => (long)p)];
        long convolutions = (size.ConvPerStage * 2) + 1;
        long features = size.BaseFeatures;
        long values = Product(map) * ((convolutions * features) + size.Channels + size.Classes);
        for (int level = 0; level < poolOpKernelSizes.Count; level++)
        {
            for (int axis = 0; axis < map.Length; axis++) map[axis] /= poolOpKernelSizes[level][axis];
            features = Math.Min(features * 2, size.MaxFeatures);
            bool bottleneck = level == poolOpKernelSizes.Count - 1;
            values += (bottleneck ? size.ConvPerStage : convolutions) * Product(map) * features;
        }

        return values;
    }

    /// <summary>Feature-map values of a U-Net with a residual encoder and a plain decoder for a whole batch.</summary>
    /// <param name="patch">Patch in voxels, array order; need not be divisible by the strides.</param>
    /// <param name="poolOpKernelSizes">Strides of each resolution; the first, of full resolution, are 1.</param>
    /// <param name="encoderBlocks">Residual blocks of each resolution, full resolution first.</param>
    /// <param name="decoderBlocks">Convolutions of each resolution of the decoder, full resolution last.</param>
    /// <param name="size">Features, channels and classes.</param>
    /// <param name="batch">Samples.</param>
    /// <remarks>
    /// Source: nnunet/network_architecture/generic_modular_residual_UNet.py, FabiansUNet.compute_approx_vram_consumption, and
    /// generic_modular_UNet.py, PlainConvUNetDecoder.compute_approx_vram_consumption.
    /// </remarks>
    public static double ResidualUNet(
        ReadOnlySpan<int> patch,
        ValueArray<ValueArray<int>> poolOpKernelSizes,
        ReadOnlySpan<int> encoderBlocks,
        ReadOnlySpan<int> decoderBlocks,
        NetworkSize size,
        int batch)
    {
        double[] map = [.. patch.ToArray().Select(static p => (double)p)];
        double features = size.BaseFeatures;
        double values = 0;
        for (int level = 0; level < poolOpKernelSizes.Count; level++)
        {
            if (level > 0)
            {
                for (int axis = 0; axis < map.Length; axis++) map[axis] /= poolOpKernelSizes[level][axis];
                features = Math.Min(features * 2, size.MaxFeatures);
            }

            int inEncoder = (encoderBlocks[level] * 2) + 1;
            int inDecoder = level < decoderBlocks.Length ? decoderBlocks[^(level + 1)] + 1 : 0;
            int images = level == 0 ? size.Channels + size.Classes : 0;
            values += (((inEncoder + inDecoder) * features) + images) * map.Aggregate(1.0, static (product, edge) => product * edge);
        }

        return values * batch;
    }

    private static long Product(long[] map) => map.Aggregate(1L, static (product, edge) => checked(product * edge));
}
