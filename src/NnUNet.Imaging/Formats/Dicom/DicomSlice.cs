using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom;

/// <summary>One slice of a series: a file of one frame, or a frame of a file.</summary>
/// <param name="File">The file, without its pixels.</param>
/// <param name="Frame">Which of the file's frames, from 0.</param>
/// <param name="Position">Centre of the first voxel in millimetres, LPS (x, y, z); null where the file does not tell.</param>
/// <param name="Orientation">Unit vectors along a row and down a column, LPS; null where the file does not tell.</param>
/// <param name="RowSpacing">Millimetres from row to row (y); null where the file does not tell.</param>
/// <param name="ColumnSpacing">Millimetres from column to column (x); null where the file does not tell.</param>
/// <param name="Slope">What stored values are multiplied by.</param>
/// <param name="Intercept">What is added then.</param>
internal sealed record DicomSlice(
    DicomFile File, int Frame, double[]? Position, double[]? Orientation, double? RowSpacing, double? ColumnSpacing, double Slope, double Intercept)
{
    /// <summary>Rows.</summary>
    public int Rows => File.Data.NeededInteger(DicomTag.Rows);

    /// <summary>Columns.</summary>
    public int Columns => File.Data.NeededInteger(DicomTag.Columns);

    /// <summary>The file's name, with the frame's number from 1 where it has several.</summary>
    public string Name => (File.Data.Integer(DicomTag.NumberOfFrames) ?? 1) > 1
        ? $"{Path.GetFileName(File.Path)} frame {Frame + 1}"
        : Path.GetFileName(File.Path);
}
