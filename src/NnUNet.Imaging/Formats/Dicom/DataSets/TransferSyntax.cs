namespace NnUNet.Imaging.Formats.Dicom.DataSets;

/// <summary>How the pixels of a file are coded.</summary>
internal enum PixelCoding
{
    /// <summary>As they are.</summary>
    Native,

    /// <summary>By run lengths.</summary>
    RunLengths,

    /// <summary>By lossless JPEG of process 14.</summary>
    LosslessJpeg,

    /// <summary>By a method that is not decoded here.</summary>
    Other,
}

/// <summary>How a file is written (DICOM PS3.5, chapter 10).</summary>
/// <param name="Uid">Its identifier.</param>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Coding">How pixels are coded; the rest of the file never is.</param>
/// <param name="IsExplicit">Whether each element states its value representation.</param>
/// <param name="IsBigEndian">Whether numbers begin with their highest byte.</param>
/// <param name="IsDeflated">Whether all after the file's meta information is deflated.</param>
internal sealed record TransferSyntax(string Uid, string Name, PixelCoding Coding = PixelCoding.Native, bool IsExplicit = true, bool IsBigEndian = false, bool IsDeflated = false)
{
    /// <summary>Implicit VR Little Endian, the default of DICOM's protocol.</summary>
    public static TransferSyntax Implicit { get; } = new("1.2.840.10008.1.2", "Implicit VR Little Endian", IsExplicit: false);

    /// <summary>Explicit VR Little Endian: what is written.</summary>
    public static TransferSyntax ExplicitLittle { get; } = new("1.2.840.10008.1.2.1", "Explicit VR Little Endian");

    /// <summary>Explicit VR Big Endian, retired.</summary>
    public static TransferSyntax ExplicitBig { get; } = new("1.2.840.10008.1.2.2", "Explicit VR Big Endian", IsBigEndian: true);

    /// <summary>Run lengths, lossless.</summary>
    public static TransferSyntax RunLengths { get; } = new("1.2.840.10008.1.2.5", "RLE Lossless", PixelCoding.RunLengths);

    /// <summary>Lossless JPEG, process 14 with the first predictor.</summary>
    public static TransferSyntax LosslessJpeg { get; } = new("1.2.840.10008.1.2.4.70", "JPEG Lossless, first-order prediction", PixelCoding.LosslessJpeg);

    private static readonly Dictionary<string, TransferSyntax> Known = new TransferSyntax[]
    {
        Implicit,
        ExplicitLittle,
        ExplicitBig,
        RunLengths,
        LosslessJpeg,
        new("1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", IsDeflated: true),
        new("1.2.840.10008.1.2.4.57", "JPEG Lossless, process 14", PixelCoding.LosslessJpeg),
        new("1.2.840.10008.1.2.4.50", "JPEG Baseline", PixelCoding.Other),
        new("1.2.840.10008.1.2.4.51", "JPEG Extended", PixelCoding.Other),
        new("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless", PixelCoding.Other),
        new("1.2.840.10008.1.2.4.81", "JPEG-LS Near-Lossless", PixelCoding.Other),
        new("1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless", PixelCoding.Other),
        new("1.2.840.10008.1.2.4.91", "JPEG 2000", PixelCoding.Other),
        new("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Lossless", PixelCoding.Other),
        new("1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 with RPCL Lossless", PixelCoding.Other),
        new("1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000", PixelCoding.Other),
    }.ToDictionary(static s => s.Uid, StringComparer.Ordinal);

    /// <summary>The syntax of an identifier. One that is not known has explicit elements, as the standard has it for all that are yet to come.</summary>
    public static TransferSyntax Of(string uid) => Known.TryGetValue(uid, out TransferSyntax? known) ? known : new TransferSyntax(uid, $"transfer syntax {uid}", PixelCoding.Other);
}
