namespace NnUNet.Imaging.Formats.Dicom.DataSets;

/// <summary>What is to be known of value representations (DICOM PS3.5, table 6.2-1).</summary>
internal static class DicomKinds
{
    /// <summary>Whether explicit files state the length in 32 bits, after two bytes that are not used.</summary>
    public static bool IsLong(string kind) => kind is "OB" or "OD" or "OF" or "OL" or "OV" or "OW" or "SQ" or "SV" or "UC" or "UN" or "UR" or "UT" or "UV";

    /// <summary>Whether the value is text.</summary>
    public static bool IsText(string kind) =>
        kind is "AE" or "AS" or "CS" or "DA" or "DS" or "DT" or "IS" or "LO" or "LT" or "PN" or "SH" or "ST" or "TM" or "UC" or "UI" or "UR" or "UT";

    /// <summary>Whether text is one value, in which a backslash is an ordinary character.</summary>
    public static bool IsOneText(string kind) => kind is "LT" or "ST" or "UR" or "UT";

    /// <summary>Whether text may have other characters than ASCII.</summary>
    public static bool IsInCharacterSet(string kind) => kind is "LO" or "LT" or "PN" or "SH" or "ST" or "UC" or "UT";

    /// <summary>Bytes of a number whose order depends on the file's; 1 where it does not.</summary>
    public static int NumberSize(string kind) => kind switch
    {
        "AT" or "OW" or "SS" or "US" => 2,
        "FL" or "OF" or "OL" or "SL" or "UL" => 4,
        "FD" or "OD" or "OV" or "SV" or "UV" => 8,
        _ => 1,
    };

    /// <summary>Whether two bytes are the name of a value representation.</summary>
    public static bool IsKnown(string kind) => IsText(kind) || IsLong(kind) || NumberSize(kind) > 1;
}
