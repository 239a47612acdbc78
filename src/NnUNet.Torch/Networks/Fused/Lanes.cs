using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NnUNet.Torch.Networks.Fused;

/// <summary>How 32 neighbouring features are read and written: as two vectors of float32, whatever they are in memory.</summary>
internal unsafe interface ILanes
{
    /// <summary>Features of one step.</summary>
    const int Count = 32;

    /// <summary>Bytes of a feature in memory.</summary>
    static abstract int Bytes { get; }

    /// <summary>The 16 features at an address.</summary>
    static abstract Vector512<float> Load(byte* from);

    /// <summary>Writes 32 features.</summary>
    static abstract void Store(Vector512<float> lower, Vector512<float> upper, byte* to);
}

/// <summary>Features in float32.</summary>
internal readonly unsafe struct FloatLanes : ILanes
{
    public static int Bytes => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* from) => Vector512.Load((float*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> lower, Vector512<float> upper, byte* to)
    {
        lower.Store((float*)to);
        upper.Store((float*)to + Vector512<float>.Count);
    }
}

/// <summary>Features in bfloat16: the upper half of a float32, rounded half to even.</summary>
internal readonly unsafe struct BFloat16Lanes : ILanes
{
    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* from)
    {
        Vector256<ushort> halves = Vector256.Load((ushort*)from);
        return (Vector512.Create(Vector256.WidenLower(halves), Vector256.WidenUpper(halves)) << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> lower, Vector512<float> upper, byte* to) =>
        Vector512.Narrow(Rounded(lower), Rounded(upper)).Store((ushort*)to);

    // What is no number stays none: the processor's own NaN has no low bits that could carry over.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Rounded(Vector512<float> values)
    {
        Vector512<uint> bits = values.AsUInt32();
        return (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
    }
}
