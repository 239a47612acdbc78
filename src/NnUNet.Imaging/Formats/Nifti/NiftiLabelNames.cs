using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace NnUNet.Imaging.Formats.Nifti;

/// <summary>The names of labels as an extension of a NIfTI header: XML of the kind "CaretExtension", which viewers and TotalSegmentator read.</summary>
/// <remarks>
/// Kind 0 (not registered) and the colours are what TotalSegmentator writes; XML characters in names stand in sections of plain text.
/// Source: TotalSegmentator 2.18, totalsegmentator/nifti_ext_header.py, add_label_map_to_nifti.
/// </remarks>
internal static class NiftiLabelNames
{
    private const int Kind = 0;
    private const int Head = 8; // size and kind
    private const int Unit = 16; // sizes are multiples of it

    // Red, green and blue of label values, over and over.
    private static readonly (byte Red, byte Green, byte Blue)[] Colours =
    [
        (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255), (0, 255, 255), (255, 128, 0), (255, 0, 128), (128, 255, 128), (0, 128, 255), (128, 128, 128), (185, 170, 155),
    ];

    /// <summary>The extension's bytes, its size and kind first.</summary>
    /// <param name="names">The names by the labels' values.</param>
    public static byte[] Extension(IReadOnlyDictionary<int, string> names)
    {
        byte[] xml = Encoding.UTF8.GetBytes(Xml(names));
        int size = (Head + xml.Length + Unit - 1) / Unit * Unit;
        byte[] extension = new byte[size];
        BinaryPrimitives.WriteInt32LittleEndian(extension, size);
        BinaryPrimitives.WriteInt32LittleEndian(extension.AsSpan(4), Kind);
        xml.CopyTo(extension, Head);
        return extension;
    }

    private static string Xml(IReadOnlyDictionary<int, string> names)
    {
        StringBuilder xml = new("<?xml version=\"1.0\" encoding=\"UTF-8\"?> <CaretExtension> <VolumeInformation Index=\"0\"> <LabelTable>\n");
        foreach ((int value, string name) in names.OrderBy(static n => n.Key))
        {
            (byte red, byte green, byte blue) = Colours[value % Colours.Length];
            xml.Append(CultureInfo.InvariantCulture, $"<Label Key=\"{value}\" Red=\"{Share(red)}\" Green=\"{Share(green)}\" Blue=\"{Share(blue)}\" Alpha=\"1\">{Plain(name)}</Label>\n");
        }

        return xml.Append("</LabelTable> <StudyMetaDataLinkSet> </StudyMetaDataLinkSet> <VolumeType><![CDATA[Label]]></VolumeType> </VolumeInformation></CaretExtension>\n").ToString();
    }

    private static string Share(byte colour) => (colour / 255.0).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A text in which nothing is XML; what would end it is divided between two.</summary>
    private static string Plain(string text) => $"<![CDATA[{string.Concat(text.Where(static c => c is '\t' or >= ' ')).Replace("]]>", "]]]]><![CDATA[>", StringComparison.Ordinal)}]]>";
}
