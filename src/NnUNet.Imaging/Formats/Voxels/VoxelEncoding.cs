namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>How a file stores its numbers.</summary>
internal enum VoxelEncoding
{
    /// <summary>Bytes as they are.</summary>
    Raw,

    /// <summary>Bytes, compressed by gzip.</summary>
    Gzip,

    /// <summary>Bytes, compressed by zlib; gzip is recognised.</summary>
    Zlib,

    /// <summary>Numbers in decimal digits with blanks between them.</summary>
    Text,

    /// <summary>Bytes as two hexadecimal digits each.</summary>
    Hex,
}
