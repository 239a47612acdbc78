using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Imaging.Formats.MetaImage;

/// <summary>MetaImage's names of number types.</summary>
/// <remarks>A long has four bytes, on every machine. Source: MetaIO, metaTypes.h.</remarks>
internal static class MetaImageTypes
{
    /// <summary>The number type of a name; an array's is that of its members.</summary>
    /// <exception cref="FileFormatException">There is no such type, or its voxels are no numbers.</exception>
    public static NumberKind Kind(string path, string name) => (name.EndsWith("_ARRAY", StringComparison.Ordinal) ? name[..^"_ARRAY".Length] : name) switch
    {
        "MET_CHAR" or "MET_ASCII_CHAR" => NumberKind.Int8,
        "MET_UCHAR" => NumberKind.UInt8,
        "MET_SHORT" => NumberKind.Int16,
        "MET_USHORT" => NumberKind.UInt16,
        "MET_INT" or "MET_LONG" => NumberKind.Int32,
        "MET_UINT" or "MET_ULONG" => NumberKind.UInt32,
        "MET_LONG_LONG" => NumberKind.Int64,
        "MET_ULONG_LONG" => NumberKind.UInt64,
        "MET_FLOAT" => NumberKind.Float32,
        "MET_DOUBLE" => NumberKind.Float64,
        "MET_STRING" or "MET_FLOAT_MATRIX" or "MET_OTHER" or "MET_NONE" => throw new FileFormatException(path, $"the element type {name} is no number", "export the image with a number type, such as MET_SHORT or MET_FLOAT"),
        _ => throw new FileFormatException(path, $"the element type \"{name}\" is not one of MetaImage's", "copy or export the file again"),
    };

    /// <summary>The name under which a number type is written.</summary>
    public static string Name(NumberKind kind) => kind switch
    {
        NumberKind.UInt8 => "MET_UCHAR",
        NumberKind.Int16 => "MET_SHORT",
        NumberKind.Float32 => "MET_FLOAT",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "this number type is not written"),
    };
}
