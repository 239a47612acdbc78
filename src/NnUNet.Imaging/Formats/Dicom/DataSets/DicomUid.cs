using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace NnUNet.Imaging.Formats.Dicom.DataSets;

/// <summary>Unique identifiers: the ones that are looked for, and new ones.</summary>
internal static class DicomUid
{
    /// <summary>Segmentation Storage.</summary>
    public const string Segmentation = "1.2.840.10008.5.1.4.1.1.66.4";

    /// <summary>RT Structure Set Storage.</summary>
    public const string StructureSet = "1.2.840.10008.5.1.4.1.1.481.3";

    /// <summary>This software, in the files that it writes.</summary>
    public static string Implementation { get; } = Of("NnUNet for .NET");

    /// <summary>A new identifier that is the same for the same text: a run that is repeated writes the same bytes.</summary>
    /// <param name="text">What it is made of, such as the identifiers of the sources and of what is told of them.</param>
    /// <remarks>An identifier below 2.25, as DICOM PS3.5, B.2 has it, of a UUID of version 8 (RFC 9562) from the text's SHA-256.</remarks>
    public static string Of(string text)
    {
        byte[] uuid = SHA256.HashData(Encoding.UTF8.GetBytes(text))[..16];
        uuid[6] = (byte)((uuid[6] & 0x0f) | 0x80);
        uuid[8] = (byte)((uuid[8] & 0x3f) | 0x80);
        return "2.25." + new BigInteger(uuid, isUnsigned: true, isBigEndian: true).ToString(CultureInfo.InvariantCulture);
    }
}
