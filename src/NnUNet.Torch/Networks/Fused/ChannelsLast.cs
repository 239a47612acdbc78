using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks.Fused;

/// <summary>The memory layout in which the features of a voxel lie one beside the other; convolutions keep it.</summary>
internal static class ChannelsLast
{
    /// <summary>Whether features (B, F, …) lie so.</summary>
    public static bool Is(Tensor features)
    {
        long expected = 1;
        ReadOnlySpan<long> shape = features.shape, strides = features.stride();
        for (int i = 0; i < shape.Length; i++)
        {
            // F is the fastest axis, then those of the image from the last on, then B.
            int axis = i == 0 ? 1 : i == shape.Length - 1 ? 0 : shape.Length - i;
            if (strides[axis] != expected) return false;
            expected *= shape[axis];
        }

        return true;
    }

    /// <summary>Features (B, F, …) in this layout: the same where they lie so already, else a copy.</summary>
    /// <remarks>One feature lies as before; its strides have to say so all the same, since torch goes by them.</remarks>
    public static Tensor Of(Tensor features)
    {
        if (Is(features)) return features.alias();
        long[] shape = features.shape;
        if (shape[1] == 1 && features.is_contiguous())
        {
            long[] strides = features.stride();
            strides[1] = 1;
            return features.as_strided(shape, strides);
        }

        long[] there = [0, .. Enumerable.Range(2, shape.Length - 2).Select(static axis => (long)axis), 1];
        long[] back = [0, shape.Length - 1, .. Enumerable.Range(1, shape.Length - 2).Select(static axis => (long)axis)];
        using Tensor last = features.permute(there);
        using Tensor copy = last.contiguous();
        return copy.permute(back);
    }

    /// <summary>The first byte of a tensor that begins where its storage does, whatever its layout is.</summary>
    public static unsafe byte* Memory(Tensor features)
    {
        // One voxel of one sample is contiguous whatever the layout is, and its bytes begin where the tensor's do.
        using Tensor voxel = features.as_strided([1], [1]);
        return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(voxel.bytes));
    }

    /// <summary>Slices of one sample's features (1, F, …) in this layout, along the first axis of the image, without a copy.</summary>
    /// <param name="features">The features.</param>
    /// <param name="first">The first slice.</param>
    /// <param name="count">How many.</param>
    public static Tensor Slices(Tensor features, long first, long count)
    {
        // The same as narrow, whose strides would still say how far the next sample lay away if there was one.
        long[] shape = features.shape, strides = features.stride();
        shape[2] = count;
        strides[0] = strides[2] * count;
        return features.as_strided(shape, strides, features.storage_offset() + (first * strides[2]));
    }
}
