using System.Text;

namespace NnUNet.Imaging.Formats.Dicom.DataSets;

/// <summary>What a file's first bytes tell: its SOP class, which stands in the meta information.</summary>
internal static class DicomStart
{
    /// <summary>Label Map Segmentation Storage.</summary>
    public const string LabelMapSegmentation = "1.2.840.10008.5.1.4.1.1.66.7";

    private const int Longest = 64;

    /// <summary>The SOP class that the meta information names (Media Storage SOP Class UID); null where the bytes do not tell.</summary>
    /// <param name="start">The first bytes of a file, 256 or more.</param>
    public static string? SopClass(ReadOnlySpan<byte> start)
    {
        if (!DicomFile.HasMagic(start)) return null;
        int at = start.IndexOf((ReadOnlySpan<byte>)[2, 0, 2, 0, (byte)'U', (byte)'I']);
        if (at < 0 || start.Length < at + 8) return null;
        int length = start[at + 6] | (start[at + 7] << 8);
        return length <= Longest && start.Length >= at + 8 + length ? Encoding.ASCII.GetString(start.Slice(at + 8, length)).TrimEnd('\0', ' ') : null;
    }

    /// <summary>Whether a file is a segmentation.</summary>
    /// <param name="start">The first bytes of a file, 256 or more.</param>
    public static bool IsSegmentation(ReadOnlySpan<byte> start) => SopClass(start) is DicomUid.Segmentation or LabelMapSegmentation;
}
