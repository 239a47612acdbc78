using NnUNet.Foundation.Streams;

namespace NnUNet.Files.Safetensors;

/// <summary>The number types of safetensors.</summary>
internal static class SafetensorsDTypes
{
    /// <summary>Bytes of one number; 0 for an unknown type.</summary>
    public static int Size(string dType) => dType switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" => 8,
        _ => 0,
    };

    /// <summary>The safetensors type of a .NET type; null when there is none.</summary>
    public static string? Of<T>() => NumberKinds.Of<T>() switch
    {
        NumberKind.Bool => "BOOL",
        NumberKind.UInt8 => "U8",
        NumberKind.Int8 => "I8",
        NumberKind.UInt16 => "U16",
        NumberKind.Int16 => "I16",
        NumberKind.UInt32 => "U32",
        NumberKind.Int32 => "I32",
        NumberKind.UInt64 => "U64",
        NumberKind.Int64 => "I64",
        NumberKind.Float16 => "F16",
        NumberKind.Float32 => "F32",
        NumberKind.Float64 => "F64",
        _ => null,
    };
}
