using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>What all that is made of a series has in common: patient, study, equipment, dates and identifiers.</summary>
/// <remarks>
/// Nothing in it depends on when it is written: dates are those of the source, and identifiers come from the content (<see cref="DicomUid.Of"/>), so that
/// the same labels of the same series give the same bytes, and other labels other identifiers.
/// </remarks>
internal static class DerivedObject
{
    /// <summary>The name of this software, as manufacturer and as model.</summary>
    public const string Product = "nnU-Net for .NET";

    /// <summary>The name of the method.</summary>
    public const string Algorithm = "nnU-Net";

    private const string NotYet = "2.25.0";
    private const string Utf8 = "ISO_IR 192";
    private const int LongestNumber = 16;

    private static readonly DicomTag[] PatientAndStudy =
    [
        DicomTag.PatientName, DicomTag.PatientID, DicomTag.IssuerOfPatientID, DicomTag.PatientBirthDate, DicomTag.PatientSex, DicomTag.PatientAge, DicomTag.PatientSize, DicomTag.PatientWeight,
        DicomTag.PatientIdentityRemoved, DicomTag.DeidentificationMethod, DicomTag.StudyInstanceUID, DicomTag.StudyDate, DicomTag.StudyTime, DicomTag.ReferringPhysicianName, DicomTag.StudyID, DicomTag.AccessionNumber,
        DicomTag.StudyDescription, DicomTag.TimezoneOffsetFromUTC,
    ];

    // Attributes that must be there, with a value or without one.
    private static readonly DicomTag[] Needed =
    [
        DicomTag.PatientName, DicomTag.PatientID, DicomTag.PatientBirthDate, DicomTag.PatientSex, DicomTag.StudyDate, DicomTag.StudyTime, DicomTag.ReferringPhysicianName, DicomTag.StudyID, DicomTag.AccessionNumber,
    ];

    /// <summary>The program's version, without the revision of its source.</summary>
    public static string Version { get; } =
        (typeof(DerivedObject).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+')[0];

    /// <summary>Patient, study, equipment and series of a new object.</summary>
    /// <param name="source">The series that it is made of.</param>
    /// <param name="path">The file that is written, for errors.</param>
    /// <param name="classUid">Its SOP class.</param>
    /// <param name="modality">Its modality.</param>
    /// <param name="numbersAfter">How far its series number lies behind the source's.</param>
    /// <param name="description">What its series is called.</param>
    /// <param name="texts">Texts that it will have, which must be in its character set.</param>
    public static DicomDataSet Of(SourceSeries source, string path, string classUid, string modality, int numbersAfter, string description, IEnumerable<string> texts)
    {
        DicomDataSet data = new(path);
        CopyPatient(source.Head, data, texts.All(static t => t.All(char.IsAscii)));
        foreach (DicomTag tag in Needed.Where(t => !data.Contains(t))) data.AddText(tag);
        double number = Number(source.Head) + numbersAfter;
        return data
            .AddText(DicomTag.SOPClassUID, classUid)
            .AddText(DicomTag.SOPInstanceUID, NotYet)
            .AddText(DicomTag.SeriesInstanceUID, NotYet)
            .AddText(DicomTag.Modality, modality)
            .AddText(DicomTag.Manufacturer, Product)
            .AddText(DicomTag.ManufacturerModelName, Product)
            .AddText(DicomTag.DeviceSerialNumber, Version)
            .AddText(DicomTag.SoftwareVersions, Version)
            .AddText(DicomTag.SeriesDescription, description)
            .AddNumbers(DicomTag.SeriesNumber, number)
            .AddNumbers(DicomTag.InstanceNumber, 1)
            .AddText(DicomTag.FrameOfReferenceUID, source.FrameOfReferenceUid)
            .AddText(DicomTag.PositionReferenceIndicator, source.Head.Texts(DicomTag.PositionReferenceIndicator))
            .AddText(DicomTag.SeriesDate, Date(source.Head))
            .AddText(DicomTag.SeriesTime, Time(source.Head));
    }

    /// <summary>The date that the source's content has, or its study; where none is told, that of DICOM's first year.</summary>
    public static string Date(DicomDataSet source) => First(source, DicomTag.ContentDate, DicomTag.AcquisitionDate, DicomTag.SeriesDate, DicomTag.StudyDate) ?? "19930101";

    /// <summary>The time that belongs to <see cref="Date"/>.</summary>
    public static string Time(DicomDataSet source) => First(source, DicomTag.ContentTime, DicomTag.AcquisitionTime, DicomTag.SeriesTime, DicomTag.StudyTime) ?? "000000";

    /// <summary>A text that is not longer than its kind allows, without what divides values.</summary>
    public static string Short(string text, int longest)
    {
        string plain = string.Concat(text.Select(static c => c == '\\' || char.IsControl(c) ? ' ' : c)).Trim();
        if (plain.Length == 0) plain = "unnamed";
        return plain.Length <= longest ? plain : plain[..longest].TrimEnd();
    }

    /// <summary>Gives the object its identifiers by its content, and writes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="data">The object.</param>
    public static void Write(string path, DicomDataSet data)
    {
        using SHA256 hash = SHA256.Create();
        using (CryptoStream stream = new(Stream.Null, hash, CryptoStreamMode.Write)) DicomFile.Write(stream, data);
        string content = Convert.ToHexString(hash.Hash!);
        data.AddText(DicomTag.SOPInstanceUID, DicomUid.Of("instance " + content)).AddText(DicomTag.SeriesInstanceUID, DicomUid.Of("series " + content));
        DicomFile.Write(path, data);
    }

    /// <summary>Copies patient and study: byte by byte where the texts that follow are in any character set, else as UTF-8.</summary>
    private static void CopyPatient(DicomDataSet source, DicomDataSet data, bool isPlain)
    {
        if (isPlain) data.AddFrom(DicomTag.SpecificCharacterSet, source);
        else data.AddText(DicomTag.SpecificCharacterSet, Utf8);
        foreach (DicomTag tag in PatientAndStudy)
        {
            if (isPlain || !source.Contains(tag)) data.AddFrom(tag, source);
            else data.AddText(tag, source.Texts(tag));
        }
    }

    private static string? First(DicomDataSet source, params IEnumerable<DicomTag> tags) => tags.Select(source.Text).FirstOrDefault(static t => t is not null);

    private static double Number(DicomDataSet source) =>
        source.Text(DicomTag.SeriesNumber) is { Length: < LongestNumber } text && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number is >= 0 and < 1_000_000 ? number : 0;
}
