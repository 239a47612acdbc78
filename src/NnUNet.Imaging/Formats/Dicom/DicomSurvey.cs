using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom;

/// <summary>A series that was found in a folder and all below it.</summary>
/// <param name="Patient">The patient's identifier; empty where there is none.</param>
/// <param name="Study">The study's description, or else its date; empty where there is none.</param>
/// <param name="StudyUid">The study's identifier.</param>
/// <param name="SeriesUid">The series' identifier.</param>
/// <param name="Number">The series' number; empty where there is none.</param>
/// <param name="Description">The series' description; empty where there is none.</param>
/// <param name="Modality">The modality, such as CT.</param>
/// <param name="Files">Its files; in the order of the volume where it makes one.</param>
/// <param name="Folders">The folders in which they lie.</param>
/// <param name="Image">What the volume is; null where it makes none.</param>
/// <param name="Fault">Why it makes none; null where it makes one.</param>
/// <param name="Place">The folder or archive that has its files and no others, and can be given as an image; null where there is none.</param>
internal sealed record FoundSeries(
    string Patient,
    string Study,
    string StudyUid,
    string SeriesUid,
    string Number,
    string Description,
    string Modality,
    IReadOnlyList<string> Files,
    IReadOnlyList<string> Folders,
    ImageHeader? Image,
    string? Fault,
    string? Place);

/// <summary>Looks through folders for DICOM series, and says which make a volume and why the others do not.</summary>
internal static class DicomSurvey
{
    private const int LongestName = 60;

    /// <summary>The series below a folder, in the order of patients, studies and series' numbers.</summary>
    /// <param name="folder">The folder, whose folders are looked through, too; or a zip archive.</param>
    /// <param name="cancel">Ends the search.</param>
    /// <returns>The series, and files that are DICOM but cannot be read, in words.</returns>
    /// <exception cref="DescribedException">There is no such folder or archive, or the archive is damaged.</exception>
    public static (IReadOnlyList<FoundSeries> Series, IReadOnlyList<string> Unreadable) Of(string folder, CancellationToken cancel = default)
    {
        using DicomSource source = DicomSource.Below(folder);
        List<DicomFile> files = [];
        List<string> unreadable = [];
        foreach (string path in source.Files)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                files.Add(source.Read(path, DicomContent.WithoutPixels));
            }
            catch (FileFormatException e)
            {
                unreadable.Add(e.Message);
            }
        }

        Dictionary<string, int> perPlace = files.GroupBy(f => source.PlaceOf(f.Path)).ToDictionary(static g => g.Key, static g => g.Count(), StringComparer.Ordinal);
        FoundSeries[] series =
        [
            .. files.GroupBy(static f => (f.Data.Text(DicomTag.StudyInstanceUID) ?? "", f.Data.Text(DicomTag.SeriesInstanceUID) ?? ""))
                .SelectMany(g => Together([.. g], source, perPlace))
                .OrderBy(static s => s.Patient, StringComparer.Ordinal).ThenBy(static s => s.StudyUid, StringComparer.Ordinal)
                .ThenBy(static s => s.Number.PadLeft(LongestName), StringComparer.Ordinal).ThenBy(static s => s.SeriesUid, StringComparer.Ordinal).ThenBy(static s => s.Folders[0], StringComparer.Ordinal),
        ];
        return (series, unreadable);
    }

    /// <summary>Copies each series that makes a volume into a folder of its own, its files named in the order of the slices.</summary>
    /// <param name="folder">Where they were found: the folder or archive.</param>
    /// <param name="series">The series.</param>
    /// <param name="output">Gets the folders, <c>PATIENT_NUMBER_DESCRIPTION</c> each.</param>
    /// <param name="cancel">Ends the work after a file.</param>
    /// <returns>The folders' names, in the order of the series that were copied.</returns>
    /// <exception cref="DescribedException">A folder of this name is there already.</exception>
    public static IReadOnlyList<string> Sort(string folder, IEnumerable<FoundSeries> series, string output, CancellationToken cancel = default)
    {
        FoundSeries[] usable = [.. series.Where(static s => s.Image is not null)];
        List<string> names = [];
        foreach (FoundSeries one in usable)
        {
            string name = Cleaned(string.Join('_', new[] { one.Patient, one.Number, one.Description }.Where(static p => p.Length > 0)));
            string free = name;
            for (int i = 2; names.Contains(free, StringComparer.OrdinalIgnoreCase); i++) free = $"{name}_{i}";
            if (Directory.Exists(Path.Combine(output, free))) throw new DescribedException(Path.Combine(output, free), "the folder is there already", "give another output folder, or remove it");
            names.Add(free);
        }

        using DicomSource source = DicomSource.Below(folder);
        foreach ((FoundSeries one, string name) in usable.Zip(names))
        {
            foreach ((int i, string file) in one.Files.Index())
            {
                cancel.ThrowIfCancellationRequested();
                source.Copy(file, Path.Combine(output, name, string.Create(CultureInfo.InvariantCulture, $"{i + 1:00000}.dcm")));
            }
        }

        return names;
    }

    private static string FolderOf(DicomFile file) => Path.GetDirectoryName(file.Path)!;

    /// <summary>The files of a series as one image, wherever they lie; where they make none together, such as copies of some of them, those of each folder.</summary>
    private static FoundSeries[] Together(DicomFile[] files, DicomSource source, Dictionary<string, int> perPlace)
    {
        FoundSeries all = Described(files, source, perPlace);
        return all.Fault is null || all.Folders.Count == 1 ? [all] : [.. files.GroupBy(FolderOf).Select(g => Described([.. g], source, perPlace))];
    }

    private static FoundSeries Described(DicomFile[] files, DicomSource source, Dictionary<string, int> perPlace)
    {
        DicomDataSet data = files[0].Data;
        string[] folders = [.. files.Select(FolderOf).Distinct().Order(StringComparer.Ordinal)];
        string[] places = [.. files.Select(f => source.PlaceOf(f.Path)).Distinct()];
        ImageHeader? image = null;
        string? fault = null;
        IEnumerable<string> paths = files.Select(static f => f.Path);
        if (!files.Any(DicomFrames.IsImage))
        {
            fault = "no image";
        }
        else
        {
            try
            {
                DicomSeries volume = DicomSeries.Of(folders[0], files, source);
                (image, paths) = (volume.Header, volume.Slices.Select(static s => s.File.Path).Distinct());
            }
            catch (FileFormatException e)
            {
                fault = e.What;
            }
        }

        return new FoundSeries(
            data.Text(DicomTag.PatientID) ?? data.Text(DicomTag.PatientName) ?? "",
            data.Text(DicomTag.StudyDescription) ?? data.Text(DicomTag.StudyDate) ?? "",
            data.Text(DicomTag.StudyInstanceUID) ?? "",
            data.Text(DicomTag.SeriesInstanceUID) ?? "",
            data.Text(DicomTag.SeriesNumber) ?? "",
            data.Text(DicomTag.SeriesDescription) ?? "",
            data.Text(DicomTag.Modality) ?? "",
            [.. paths],
            folders,
            image,
            fault,
            places is [string place] && perPlace[place] == files.Length ? place : null);
    }

    /// <summary>A text as a folder's name on every system.</summary>
    private static string Cleaned(string text)
    {
        string name = string.Concat(text.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-')).Trim('-', '_');
        return name.Length == 0 ? "series" : name.Length > LongestName ? name[..LongestName] : name;
    }
}
