using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Tests.Formats.Dicom;

/// <summary>A small multi-frame file: frames of 3 rows and 4 columns, 2 mm apart, the stored value 100 frame + the voxel's number.</summary>
internal static class EnhancedFile
{
    public const int Rows = 3, Columns = 4;

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="frames">Its frames.</param>
    /// <param name="reversed">Whether later frames lie lower.</param>
    /// <param name="rows">Rows of a frame.</param>
    public static void Write(string path, int frames, bool reversed = false, int rows = Rows)
    {
        byte[] pixels = new byte[frames * rows * Columns * 2];
        for (int i = 0; i < frames * rows * Columns; i++) BitConverter.TryWriteBytes(pixels.AsSpan(i * 2), (ushort)Value(i / (rows * Columns), i % (rows * Columns)));
        DicomFile.Write(path, new DicomDataSet(path)
            .AddText(DicomTag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.2.1")
            .AddText(DicomTag.SOPInstanceUID, "1.2.3.5")
            .AddText(DicomTag.Modality, "CT")
            .AddText(DicomTag.StudyInstanceUID, "1.2.3")
            .AddText(DicomTag.SeriesInstanceUID, "1.2.3.4")
            .AddNumbers(DicomTag.SamplesPerPixel, 1)
            .AddText(DicomTag.PhotometricInterpretation, "MONOCHROME2")
            .AddNumbers(DicomTag.NumberOfFrames, frames)
            .AddNumbers(DicomTag.Rows, rows)
            .AddNumbers(DicomTag.Columns, Columns)
            .AddNumbers(DicomTag.BitsAllocated, 16)
            .AddNumbers(DicomTag.BitsStored, 16)
            .AddNumbers(DicomTag.HighBit, 15)
            .AddNumbers(DicomTag.PixelRepresentation, 0)
            .AddItems(DicomTag.SharedFunctionalGroupsSequence, static shared => shared
                .AddItems(DicomTag.PlaneOrientationSequence, static plane => plane.AddNumbers(DicomTag.ImageOrientationPatient, 1, 0, 0, 0, 1, 0))
                .AddItems(DicomTag.PixelMeasuresSequence, static measures => measures.AddNumbers(DicomTag.PixelSpacing, 1, 1)))
            .AddItems(DicomTag.PerFrameFunctionalGroupsSequence, Enumerable.Range(0, frames).Select<int, Action<DicomDataSet>>(f => frame => frame
                .AddItems(DicomTag.PlanePositionSequence, plane => plane.AddNumbers(DicomTag.ImagePositionPatient, 0, 0, reversed ? -2 * f : 2 * f))))
            .AddBytes(DicomTag.PixelData, pixels, "OW"));
    }

    /// <summary>The stored value of a frame's voxel.</summary>
    public static int Value(int frame, int voxel) => ((100 * frame) + voxel) & 0xffff;
}
