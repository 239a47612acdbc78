using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NnUNet.Cli.Machine;

/// <summary>The instruction sets that matter for convolutions and voxel loops.</summary>
internal static class ProcessorFeatures
{
    /// <summary>The sets that this processor has and this runtime uses.</summary>
    public static IReadOnlyList<string> Names()
    {
        (string Name, bool Has)[] sets =
        [
            ("SSE4.2", Sse42.IsSupported),
            ("AVX", Avx.IsSupported),
            ("FMA", Fma.IsSupported),
            ("AVX2", Avx2.IsSupported),
            ("AVX-512", Avx512F.IsSupported),
            ("AVX512-BF16", HasAvx512Bfloat16()),
            ("AMX-BF16", HasAmxBfloat16()),
            ("NEON", AdvSimd.IsSupported),
        ];
        return [.. sets.Where(static set => set.Has).Select(static set => set.Name)];
    }

    /// <summary>The unit that multiplies in bfloat16, or null where there is none.</summary>
    public static string? Bfloat16() => HasAmxBfloat16() ? "AMX-BF16" : HasAvx512Bfloat16() ? "AVX512-BF16" : null;

    // CPUID leaf 7: sub-leaf 1 EAX bit 5 is AVX512_BF16, sub-leaf 0 EDX bit 22 is AMX-BF16.
    private static bool HasAvx512Bfloat16() => Avx512F.IsSupported && (Leaf7(1).Eax & (1 << 5)) != 0;

    private static bool HasAmxBfloat16() => Avx512F.IsSupported && (Leaf7(0).Edx & (1 << 22)) != 0;

    private static (int Eax, int Ebx, int Ecx, int Edx) Leaf7(int subLeaf) => X86Base.IsSupported ? X86Base.CpuId(7, subLeaf) : default;
}
