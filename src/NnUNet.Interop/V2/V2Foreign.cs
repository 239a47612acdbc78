using NnUNet.Foundation;

namespace NnUNet.Interop.V2;

/// <summary>Networks that are trained with version 2 by others and that this program does not build, recognised to be named.</summary>
/// <remarks>Source of the names: the state dicts and classes of the projects, as their published code builds them.</remarks>
internal static class V2Foreign
{
    private static readonly (string Part, string Name, string Missing)[] Keys =
    [
        ("eva.", "Primus", "a transformer whose layers (patch embedding, attention with rotary positions) are missing here"),
        ("down_projection.proj", "Primus", "a transformer whose layers (patch embedding, attention with rotary positions) are missing here"),
        ("mamba", "U-Mamba", "whose state space layers are missing here"),
        (".A_log", "U-Mamba", "whose state space layers are missing here"),
        ("swinViT.", "SwinUNETR", "a transformer whose window attention is missing here"),
        ("vit.blocks.", "UNETR", "a transformer whose attention is missing here"),
        ("conv_blocks_context.0.0.conv1", "STU-Net", "whose residual blocks and interpolation are missing here"),
        ("conv_blocks_context.0.blocks", "Generic_UNet of nnU-Net v1", "which a checkpoint of version 2 does not tell enough about"),
        ("enc_block_0.", "MedNeXt", "whose depthwise blocks are missing here"),
    ];

    private static readonly string[] Classes = ["Primus", "UMamba", "U-Mamba", "STUNet", "MedNeXt", "SwinUNETR", "UNETR", "nnFormer", "SegMamba", "SkeletonRecall", "UxLSTM", "Transformer"];

    /// <summary>What weights look like that are none of ours, for a message.</summary>
    /// <param name="shapes">The weights.</param>
    /// <param name="className">The class that plans name; null for none.</param>
    /// <param name="trainer">The trainer's name; empty where it is not known.</param>
    public static string Describe(IReadOnlyDictionary<string, ValueArray<long>> shapes, string? className, string trainer)
    {
        foreach ((string part, string name, string missing) in Keys)
        {
            if (shapes.Keys.Any(k => k.Contains(part, StringComparison.Ordinal))) return $"its weights are those of {name}, {missing}";
        }

        string first = string.Join(", ", shapes.Keys.Take(3));
        if (Family($"{className} {trainer}") is { } family) return $"its network is one of the {family} family, whose layers are missing here (its weights begin with {first})";
        return $"its weights (first {first}) are those of no network that is known here";
    }

    /// <summary>The family that a class's or trainer's name tells; null for none that is known.</summary>
    public static string? Family(string name) => Classes.FirstOrDefault(c => name.Contains(c, StringComparison.OrdinalIgnoreCase));
}
