using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Fuzz;

/// <summary>Slices of a small PET series: 4 rows and 5 columns, 3 mm apart.</summary>
internal static class PetSlice
{
    private const int Rows = 4, Columns = 5;

    /// <summary>A slice's file.</summary>
    /// <param name="z">Its number.</param>
    public static byte[] Bytes(int z)
    {
        byte[] pixels = new byte[Rows * Columns * 2];
        for (int i = 0; i < Rows * Columns; i++) BitConverter.TryWriteBytes(pixels.AsSpan(i * 2), (ushort)((100 * z) + i));
        DicomDataSet data = new DicomDataSet()
            .AddText(DicomTag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.128")
            .AddText(DicomTag.SOPInstanceUID, $"1.2.3.4.{z + 1}")
            .AddText(DicomTag.SeriesDate, "20260102")
            .AddText(DicomTag.SeriesTime, "110000")
            .AddText(DicomTag.AcquisitionDate, "20260102")
            .AddText(DicomTag.AcquisitionTime, "110500")
            .AddText(DicomTag.Modality, "PT")
            .AddNumbers(DicomTag.PatientWeight, 70)
            .AddText(DicomTag.StudyInstanceUID, "1.2.3")
            .AddText(DicomTag.SeriesInstanceUID, "1.2.3.4")
            .AddNumbers(DicomTag.ImagePositionPatient, 0, 0, 3 * z)
            .AddNumbers(DicomTag.ImageOrientationPatient, 1, 0, 0, 0, 1, 0)
            .AddNumbers(DicomTag.PixelSpacing, 2, 2)
            .AddText(DicomTag.CorrectedImage, "DECY", "ATTN")
            .AddNumbers(DicomTag.Rows, Rows)
            .AddNumbers(DicomTag.Columns, Columns)
            .AddNumbers(DicomTag.BitsAllocated, 16)
            .AddNumbers(DicomTag.RescaleSlope, 10)
            .AddNumbers(DicomTag.RescaleIntercept, 0)
            .AddItems(DicomTag.RadiopharmaceuticalInformationSequence, static one => one
                .AddNumbers(DicomTag.RadionuclideTotalDose, 370e6)
                .AddNumbers(DicomTag.RadionuclideHalfLife, 6586.2)
                .AddText(DicomTag.RadiopharmaceuticalStartDateTime, "20260102100000"))
            .AddText(DicomTag.Units, "BQML")
            .AddText(DicomTag.DecayCorrection, "START")
            .AddBytes(DicomTag.PixelData, pixels);
        using MemoryStream file = new();
        DicomFile.Write(file, data);
        return file.ToArray();
    }
}
