using System.Text;

namespace NnUNet.Imaging.Formats.Dicom.DataSets;

/// <summary>The character sets of texts (DICOM PS3.3, C.12.1.1.2).</summary>
/// <remarks>
/// Those of one byte a character, UTF-8, GBK and GB18030. Sets that change within a text (ISO 2022) are read by the first one that is named;
/// what is not in it becomes a question mark, which concerns names alone.
/// </remarks>
internal static class DicomCharacterSet
{
    /// <summary>The encoding of texts.</summary>
    /// <param name="names">The values of Specific Character Set; none for the default.</param>
    public static Encoding Of(IReadOnlyList<string> names) => (names.Count == 0 ? "" : names[0].Replace("ISO 2022 IR ", "ISO_IR ", StringComparison.Ordinal)) switch
    {
        "ISO_IR 192" => Encoding.UTF8,
        "ISO_IR 101" => Page(28592),
        "ISO_IR 109" => Page(28593),
        "ISO_IR 110" => Page(28594),
        "ISO_IR 144" => Page(28595),
        "ISO_IR 127" => Page(28596),
        "ISO_IR 126" => Page(28597),
        "ISO_IR 138" => Page(28598),
        "ISO_IR 148" => Page(28599),
        "ISO_IR 203" => Page(28605),
        "ISO_IR 166" => Page(874),
        "ISO_IR 13" => Page(932),
        "GB18030" => Page(54936),
        "GBK" => Page(936),
        _ => Encoding.Latin1, // ASCII is part of it, and what others write without naming a set is mostly this
    };

    private static Encoding Page(int number) => CodePagesEncodingProvider.Instance.GetEncoding(number) ?? Encoding.Latin1;
}
