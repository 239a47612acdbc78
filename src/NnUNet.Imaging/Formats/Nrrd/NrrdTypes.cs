using NnUNet.Foundation;
using NnUNet.Foundation.Streams;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.Nrrd;

/// <summary>NRRD's names of number types and encodings.</summary>
/// <remarks>Source: the format's definition, teem.sourceforge.net/nrrd/format.html, "type" and "encoding".</remarks>
internal static class NrrdTypes
{
    /// <summary>The number type of a name, of which there are several for most.</summary>
    /// <exception cref="FileFormatException">There is no such type, or its voxels are no numbers.</exception>
    public static NumberKind Kind(string path, string name) => string.Join(' ', name.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries)) switch
    {
        "signed char" or "int8" or "int8_t" => NumberKind.Int8,
        "uchar" or "unsigned char" or "uint8" or "uint8_t" => NumberKind.UInt8,
        "short" or "short int" or "signed short" or "signed short int" or "int16" or "int16_t" => NumberKind.Int16,
        "ushort" or "unsigned short" or "unsigned short int" or "uint16" or "uint16_t" => NumberKind.UInt16,
        "int" or "signed int" or "int32" or "int32_t" => NumberKind.Int32,
        "uint" or "unsigned int" or "uint32" or "uint32_t" => NumberKind.UInt32,
        "longlong" or "long long" or "long long int" or "signed long long" or "signed long long int" or "int64" or "int64_t" => NumberKind.Int64,
        "ulonglong" or "unsigned long long" or "unsigned long long int" or "uint64" or "uint64_t" => NumberKind.UInt64,
        "float" => NumberKind.Float32,
        "double" => NumberKind.Float64,
        "block" => throw new FileFormatException(path, "the voxels are blocks of bytes, but only numbers can be read", "export the image with a number type"),
        _ => throw new FileFormatException(path, $"the type \"{name}\" is not one of NRRD's", "copy or export the file again"),
    };

    /// <summary>The name under which a number type is written.</summary>
    public static string Name(NumberKind kind) => kind switch
    {
        NumberKind.UInt8 => "unsigned char",
        NumberKind.Int16 => "short",
        NumberKind.Float32 => "float",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "this number type is not written"),
    };

    /// <summary>The encoding of a name.</summary>
    /// <exception cref="FileFormatException">It is not read.</exception>
    public static VoxelEncoding Encoding(string path, string name) => name.ToLowerInvariant() switch
    {
        "raw" => VoxelEncoding.Raw,
        "gzip" or "gz" => VoxelEncoding.Gzip,
        "txt" or "text" or "ascii" => VoxelEncoding.Text,
        "hex" => VoxelEncoding.Hex,
        "bzip2" or "bz2" => throw new FileFormatException(path, "the voxels are compressed by bzip2, which is not read", "save it with gzip or without compression (such as teem-unu save -f nrrd -e gzip -i IN -o OUT, or 3D Slicer)"),
        _ => throw new FileFormatException(path, $"the encoding \"{name}\" is not read", "save it with the encoding gzip or raw"),
    };
}
