namespace NnUNet.Files.PyTorch;

/// <summary>A number type of PyTorch.</summary>
/// <param name="Name">PyTorch's name: <c>float32</c>.</param>
/// <param name="Code">The name in safetensors files: <c>F32</c>.</param>
/// <param name="Size">Bytes of one number.</param>
/// <param name="SwapSize">Bytes of the parts whose order depends on the machine: half of the number where it is complex.</param>
public sealed record TorchDType(string Name, string Code, int Size, int SwapSize)
{
    private static readonly (TorchDType Type, string? Storage)[] Known =
    [
        (new("float64", "F64", 8, 8), "DoubleStorage"),
        (new("float32", "F32", 4, 4), "FloatStorage"),
        (new("float16", "F16", 2, 2), "HalfStorage"),
        (new("bfloat16", "BF16", 2, 2), "BFloat16Storage"),
        (new("int64", "I64", 8, 8), "LongStorage"),
        (new("int32", "I32", 4, 4), "IntStorage"),
        (new("int16", "I16", 2, 2), "ShortStorage"),
        (new("int8", "I8", 1, 1), "CharStorage"),
        (new("uint8", "U8", 1, 1), "ByteStorage"),
        (new("bool", "BOOL", 1, 1), "BoolStorage"),
        (new("complex64", "C64", 8, 4), "ComplexFloatStorage"),
        (new("complex128", "C128", 16, 8), "ComplexDoubleStorage"),
        (new("uint16", "U16", 2, 2), null),
        (new("uint32", "U32", 4, 4), null),
        (new("uint64", "U64", 8, 8), null),
        (new("float8_e4m3fn", "F8_E4M3", 1, 1), null),
        (new("float8_e5m2", "F8_E5M2", 1, 1), null),
    ];

    /// <summary>What the names of types in a pickle stand for.</summary>
    internal static IReadOnlyDictionary<string, object> Names { get; } = AllNames();

    /// <summary>The name as PyTorch prints it.</summary>
    public override string ToString() => $"torch.{Name}";

    private static Dictionary<string, object> AllNames()
    {
        Dictionary<string, object> names = new(StringComparer.Ordinal);
        foreach ((TorchDType type, string? storage) in Known)
        {
            names.Add($"torch.{type.Name}", type);
            if (storage is null) continue;
            names.Add($"torch.{storage}", new TorchStorageType(type));
            names.Add($"torch.cuda.{storage}", new TorchStorageType(type));
        }

        // A storage without a type counts bytes; the tensor on it names its type.
        TorchStorageType bytes = new((TorchDType)names["torch.uint8"]);
        names.Add("torch.UntypedStorage", bytes);
        names.Add("torch.storage.UntypedStorage", bytes);
        return names;
    }
}

/// <summary>The name of a storage class in a pickle.</summary>
/// <param name="Type">What it stores.</param>
internal sealed record TorchStorageType(TorchDType Type);
