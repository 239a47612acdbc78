using System.Buffers.Binary;
using System.Text;

namespace NnUNet.Imaging.Formats.Dicom.DataSets;

/// <summary>Writes data sets with explicit value representations, little-endian; sequences and items state their lengths.</summary>
internal static class DicomWriter
{
    private const int PreambleBytes = 128;
    private const int LongestShort = ushort.MaxValue - 1;
    private const string Version = "NNUNET_DOTNET";

    /// <summary>Writes a file: preamble, meta information, data set.</summary>
    /// <param name="stream">Gets the bytes; need not seek.</param>
    /// <param name="data">The data set, with SOP class and instance.</param>
    /// <param name="syntax">An explicit little-endian syntax; one of compressed pixels where the pixels are fragments.</param>
    public static void Write(Stream stream, DicomDataSet data, TransferSyntax syntax)
    {
        if (!syntax.IsExplicit || syntax.IsBigEndian || syntax.IsDeflated) throw new ArgumentException($"{syntax.Name} is not written", nameof(syntax));
        DicomDataSet meta = new DicomDataSet(data.Where)
            .AddBytes(DicomTag.FileMetaInformationVersion, [0, 1])
            .AddText(DicomTag.MediaStorageSOPClassUID, data.NeededText(DicomTag.SOPClassUID))
            .AddText(DicomTag.MediaStorageSOPInstanceUID, data.NeededText(DicomTag.SOPInstanceUID))
            .AddText(DicomTag.TransferSyntaxUID, syntax.Uid)
            .AddText(DicomTag.ImplementationClassUID, DicomUid.Implementation)
            .AddText(DicomTag.ImplementationVersionName, Version);
        using MemoryStream metaBytes = new();
        Elements(metaBytes, meta);
        stream.Write(new byte[PreambleBytes]);
        stream.Write("DICM"u8);
        Elements(stream, new DicomDataSet().AddNumbers(DicomTag.FileMetaInformationGroupLength, metaBytes.Length));
        metaBytes.WriteTo(stream);
        Elements(stream, data);
    }

    private static void Elements(Stream stream, DicomDataSet set)
    {
        foreach (DicomElement element in set.Elements)
        {
            if (element.Fragments is { } fragments)
            {
                Start(stream, element.Tag, element.Kind, uint.MaxValue);
                foreach (byte[] fragment in fragments)
                {
                    Mark(stream, DicomTag.Item, (uint)fragment.Length);
                    stream.Write(fragment);
                }

                Mark(stream, DicomTag.SequenceDelimitation, 0);
                continue;
            }

            byte[] value = element.Items is { } items ? Sequence(items) : element.Bytes;

            // What is too long for 16 bits of length is written as "unknown", as the standard has it (PS3.5, 6.2.2).
            string kind = value.Length > LongestShort && !DicomKinds.IsLong(element.Kind) ? "UN" : element.Kind;
            Start(stream, element.Tag, kind, (uint)value.Length);
            stream.Write(value);
        }
    }

    private static byte[] Sequence(IReadOnlyList<DicomDataSet> items)
    {
        using MemoryStream all = new();
        foreach (DicomDataSet item in items)
        {
            using MemoryStream one = new();
            Elements(one, item);
            Mark(all, DicomTag.Item, (uint)one.Length);
            one.WriteTo(all);
        }

        return all.ToArray();
    }

    private static void Start(Stream stream, DicomTag tag, string kind, uint length)
    {
        Span<byte> bytes = stackalloc byte[12];
        Tag(bytes, tag);
        Encoding.ASCII.GetBytes(kind, bytes[4..]);
        if (DicomKinds.IsLong(kind))
        {
            bytes[6..8].Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], length);
            stream.Write(bytes);
            return;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], (ushort)length);
        stream.Write(bytes[..8]);
    }

    private static void Mark(Stream stream, DicomTag tag, uint length)
    {
        Span<byte> bytes = stackalloc byte[8];
        Tag(bytes, tag);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], length);
        stream.Write(bytes);
    }

    private static void Tag(Span<byte> bytes, DicomTag tag)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, tag.Group());
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], tag.Element());
    }
}
