using X86 = System.Runtime.Intrinsics.X86;

namespace NnUNet.Torch.Runtime;

/// <summary>What this machine's processor can compute with, read from the processor itself: nothing native is loaded.</summary>
/// <param name="Avx2">256-bit vectors.</param>
/// <param name="Avx512">512-bit vectors.</param>
/// <param name="Avx512Bf16">Dot products of bfloat16 pairs in 512-bit vectors.</param>
/// <param name="AmxBf16">Matrix tiles of bfloat16.</param>
public sealed record CpuFeatures(bool Avx2, bool Avx512, bool Avx512Bf16, bool AmxBf16)
{
    /// <summary>This machine's processor.</summary>
    public static CpuFeatures Current { get; } = Read();

    /// <summary>Whether convolutions in bfloat16 are faster here than in float32.</summary>
    public bool FastBf16 => Avx512Bf16 || AmxBf16;

    /// <summary>The names of what there is, for people.</summary>
    public override string ToString()
    {
        (bool Has, string Name)[] all = [(Avx2, "AVX2"), (Avx512, "AVX-512"), (Avx512Bf16, "AVX512-BF16"), (AmxBf16, "AMX-BF16")];
        string names = string.Join(", ", all.Where(static f => f.Has).Select(static f => f.Name));
        return names.Length > 0 ? names : "none of AVX2, AVX-512, AVX512-BF16, AMX-BF16";
    }

    private static CpuFeatures Read()
    {
        if (!X86.X86Base.IsSupported) return new CpuFeatures(false, false, false, false);

        // CPUID leaf 7: sub-leaf 0 EDX bit 22 is AMX-BF16, sub-leaf 1 EAX bit 5 is AVX512-BF16.
        (int highest, _, _, _) = X86.X86Base.CpuId(0, 0);
        if (highest < 7) return new CpuFeatures(X86.Avx2.IsSupported, false, false, false);
        (int subLeaves, _, _, int edx) = X86.X86Base.CpuId(7, 0);
        int eax = subLeaves >= 1 ? X86.X86Base.CpuId(7, 1).Eax : 0;
        bool avx512 = X86.Avx512F.IsSupported && X86.Avx512BW.IsSupported && X86.Avx512DQ.IsSupported;
        return new CpuFeatures(X86.Avx2.IsSupported, avx512, avx512 && (eax & (1 << 5)) != 0, avx512 && (edx & (1 << 22)) != 0);
    }
}
