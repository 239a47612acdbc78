using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Imaging.Formats.Nifti;

/// <summary>NIfTI's codes for number types.</summary>
internal static class NiftiDataTypes
{
    /// <summary>The number type of a code.</summary>
    /// <exception cref="FileFormatException">The code is unknown, or its voxels are not scalars.</exception>
    public static NumberKind Kind(string path, int code) => code switch
    {
        2 => NumberKind.UInt8,
        4 => NumberKind.Int16,
        8 => NumberKind.Int32,
        16 => NumberKind.Float32,
        64 => NumberKind.Float64,
        256 => NumberKind.Int8,
        512 => NumberKind.UInt16,
        768 => NumberKind.UInt32,
        1024 => NumberKind.Int64,
        1280 => NumberKind.UInt64,
        1 => throw Refused(path, "single bits"),
        32 or 1792 or 2048 => throw Refused(path, "complex numbers"),
        128 or 2304 => throw Refused(path, "colours (RGB)"),
        1536 => throw Refused(path, "128-bit floating-point numbers"),
        _ => throw new FileFormatException(path, $"the data type {code} is not one of NIfTI's", "copy or export the file again"),
    };

    /// <summary>The code of a number type.</summary>
    public static short Code(NumberKind kind) => kind switch
    {
        NumberKind.UInt8 => 2,
        NumberKind.Int16 => 4,
        NumberKind.Int32 => 8,
        NumberKind.Float32 => 16,
        NumberKind.Float64 => 64,
        NumberKind.Int8 => 256,
        NumberKind.UInt16 => 512,
        NumberKind.UInt32 => 768,
        NumberKind.Int64 => 1024,
        NumberKind.UInt64 => 1280,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "NIfTI has no such number type"),
    };

    private static FileFormatException Refused(string path, string what) =>
        new(path, $"the voxels are {what}, but only images of one number a voxel can be used", "convert it to a scalar type, one file a channel");
}
