using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom;

/// <summary>Folders of DICOM files: which are one image, and which files belong to it.</summary>
internal static class DicomFolder
{
    private const int FilesLookedInto = 16;
    private const string IndexName = "DICOMDIR";

    /// <summary>
    /// Whether a folder is one image: most of its files are DICOM, and they are slices with a position, or one file of many frames. Several files
    /// of many frames or without a position are images of their own, and so is one that is called like a channel (<c>CASE_0000.dcm</c>).
    /// </summary>
    public static bool IsImage(string folder)
    {
        string[] some;
        try
        {
            some = [.. VisibleFiles.In(folder).Where(static f => !IsIndex(f)).Take(FilesLookedInto)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // whoever lists its files says why they cannot be listed
        }

        string[] dicom = [.. some.Where(DicomFile.IsDicom)];
        if (dicom.Length == 0 || dicom.Length * 2 < some.Length) return false;

        foreach (string path in dicom)
        {
            try
            {
                DicomFile file = DicomFile.Read(path, DicomContent.WithoutPixels);
                if (!DicomFrames.IsImage(file)) continue;
                bool single = (file.Data.Integer(DicomTag.NumberOfFrames) ?? 1) == 1 && file.Data.Text(DicomTag.ImagePositionPatient) is not null;
                return single || (some.Length == 1 && !ImageLocation.Channel().IsMatch(Path.GetFileNameWithoutExtension(path)));
            }
            catch (FileFormatException)
            {
                return true; // whoever reads it is told what is wrong
            }
        }

        return false;
    }

    /// <summary>The DICOM files of a folder in ordinal order.</summary>
    public static IReadOnlyList<string> FilesOf(string folder) => [.. VisibleFiles.In(folder).Where(static f => !IsIndex(f) && DicomFile.IsDicom(f))];

    /// <summary>Whether a file is the index of a medium, which is DICOM but no image.</summary>
    public static bool IsIndex(string path) => Path.GetFileName(path).Equals(IndexName, StringComparison.OrdinalIgnoreCase);
}
