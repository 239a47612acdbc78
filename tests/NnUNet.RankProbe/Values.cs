using System.Globalization;
using NnUNet.Torch.Replicas;
using static TorchSharp.torch;

namespace NnUNet.RankProbe;

/// <summary>What probes compare.</summary>
internal static unsafe class Values
{
    public static long Long(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Throws unless two tensors of the same type have the same bits.</summary>
    public static void MustEqual(Tensor expected, Tensor actual, string what)
    {
        using Tensor left = expected.contiguous();
        using Tensor right = actual.contiguous();
        (nint a, nint b, long bytes) = (TensorMemory.Of(left), TensorMemory.Of(right), TensorMemory.Bytes(left));
        if (bytes != TensorMemory.Bytes(right)) throw new InvalidOperationException($"{what}: the shapes differ");
        for (long at = 0; at < bytes; at += 1 << 30)
        {
            int count = (int)Math.Min(1 << 30, bytes - at);
            if (!new ReadOnlySpan<byte>((void*)(a + (nint)at), count).SequenceEqual(new ReadOnlySpan<byte>((void*)(b + (nint)at), count))) throw new InvalidOperationException($"{what}: the values differ");
        }
    }
}
