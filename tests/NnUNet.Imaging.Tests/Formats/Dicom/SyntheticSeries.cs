using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Tests.Formats.Dicom;

/// <summary>Small series written slice by slice: axial CT of 3 rows and 4 columns, 2.5 mm apart, the stored value 100 z + 10 y + x, slope 2, intercept -1024.</summary>
internal sealed class SyntheticSeries(string folder)
{
    public const int Rows = 3, Columns = 4;

    /// <summary>Writes one slice.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="z">Its number, which its position and its values come from.</param>
    /// <param name="change">Changes the data set before it is written: what is added replaces what is there.</param>
    /// <param name="syntax">How its pixels are compressed.</param>
    public SyntheticSeries Slice(string name, int z, Action<DicomDataSet>? change = null, TransferSyntax? syntax = null)
    {
        DicomDataSet data = new DicomDataSet(name)
            .AddText(DicomTag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.2")
            .AddText(DicomTag.SOPInstanceUID, DicomUid.Of(name))
            .AddText(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "AXIAL")
            .AddText(DicomTag.Modality, "CT")
            .AddText(DicomTag.PatientID, "P1")
            .AddText(DicomTag.StudyInstanceUID, "1.2.3")
            .AddText(DicomTag.SeriesInstanceUID, "1.2.3.4")
            .AddText(DicomTag.SeriesDescription, "Thorax")
            .AddNumbers(DicomTag.SeriesNumber, 3)
            .AddNumbers(DicomTag.InstanceNumber, 100 - z)
            .AddNumbers(DicomTag.ImagePositionPatient, -30, -40, 100 + (2.5 * z))
            .AddNumbers(DicomTag.ImageOrientationPatient, 1, 0, 0, 0, 1, 0)
            .AddNumbers(DicomTag.PixelSpacing, 0.8, 0.7)
            .AddNumbers(DicomTag.SliceThickness, 5)
            .AddNumbers(DicomTag.SamplesPerPixel, 1)
            .AddText(DicomTag.PhotometricInterpretation, "MONOCHROME2")
            .AddNumbers(DicomTag.Rows, Rows)
            .AddNumbers(DicomTag.Columns, Columns)
            .AddNumbers(DicomTag.BitsAllocated, 16)
            .AddNumbers(DicomTag.BitsStored, 12)
            .AddNumbers(DicomTag.HighBit, 11)
            .AddNumbers(DicomTag.PixelRepresentation, 0)
            .AddNumbers(DicomTag.RescaleSlope, 2)
            .AddNumbers(DicomTag.RescaleIntercept, -1024)
            .AddBytes(DicomTag.PixelData, Pixels(z));
        change?.Invoke(data);
        DicomFile.Write(Path.Combine(folder, name), data, syntax);
        return this;
    }

    /// <summary>Writes slices 0 to <paramref name="count"/> - 1, the last one first.</summary>
    public SyntheticSeries Slices(int count, Action<DicomDataSet>? change = null)
    {
        for (int z = 0; z < count; z++) Slice($"IM{count - z:00}", z, change);
        return this;
    }

    /// <summary>The stored values of a slice, 16 bits each.</summary>
    public static byte[] Pixels(int z)
    {
        byte[] bytes = new byte[Rows * Columns * 2];
        for (int i = 0; i < Rows * Columns; i++) BitConverter.TryWriteBytes(bytes.AsSpan(i * 2), (ushort)((100 * z) + (10 * (i / Columns)) + (i % Columns)));
        return bytes;
    }
}
