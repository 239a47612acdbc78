namespace NnUNet.Foundation.Streams;

/// <summary>What readers of content that is compressed by deflate (gzip, zlib, zip) may believe.</summary>
internal static class Deflate
{
    /// <summary>How many bytes one compressed byte can become, with some room: a header that promises more is wrong.</summary>
    /// <value>1040; deflate itself ends at 1032.</value>
    public const long LargestRatio = 1040;
}
