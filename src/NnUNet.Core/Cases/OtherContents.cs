using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Cases;

/// <summary>What lies in a folder that has no image of a known format, and what to do with it. Whoever finds no images asks here.</summary>
public static class OtherContents
{
    private const int NamesShown = 3;
    private const int FoldersLookedInto = 50;
    private const int DicomPreamble = 128;
    private const string ByPlugin = "or read them by a plug-in (--plugin, docs/extending.md)";

    private static readonly Kind Dicom = new(
        "DICOM file", "DICOM files", [".dcm", ".dicom", ".ima"], "give a folder with a folder CASE_0000 for each series and its files in there (nnunet dicom list FOLDER finds the series, nnunet dicom sort FOLDER -o OUT makes the folders)");

    private static readonly Kind[] Kinds =
    [
        Dicom,
        new("picture", "pictures", [".gif", ".webp", ".heic", ".jp2", ".svg"], $"save each as PNG or TIFF, {ByPlugin}"),
        new("FreeSurfer image", "FreeSurfer images", [".mgz", ".mgh"], $"convert them to .nii.gz (such as mri_convert CASE.mgz CASE_0000.nii.gz), {ByPlugin}"),
        new("MINC image", "MINC images", [".mnc"], $"convert them to .nii.gz (such as mnc2nii), {ByPlugin}"),
        new("half of a pair (.img without its .hdr)", "halves of pairs (.img without its .hdr)", [".img", ".img.gz"], "put the header of each (.hdr) beside it"),
        new("array of numbers", "arrays of numbers", [".npy", ".npz", ".mat", ".h5", ".hdf5"], "write them as .nii.gz with their spacing and direction (such as with nibabel or SimpleITK)"),
        new("archive", "archives", [".zip", ".tar", ".tar.gz", ".tgz", ".7z", ".rar", ".bz2", ".xz"], "unpack them"),
    ];

    /// <summary>What a folder has instead of images, and what to do: for an error's parts.</summary>
    /// <param name="folder">A folder without images.</param>
    /// <param name="nothing">What is said where nothing else is known, such as "there are no images".</param>
    /// <param name="remedy">What is to be done then.</param>
    public static (string What, string Remedy) Of(string folder, string nothing, string remedy)
    {
        if (File.Exists(folder)) return ($"{nothing}: this is a file, not a folder", "give the folder in which it lies");
        if (!Directory.Exists(folder)) return ($"{nothing}: the folder does not exist", "check the path");
        if (Foreign(folder) is { } foreign) return ($"{nothing} that can be read, but {foreign.Text}", foreign.Kind.Remedy);

        string[] folders = [.. VisibleFiles.FoldersIn(folder).Take(FoldersLookedInto)];
        string[] withImages = [.. folders.Where(static f => ImageLocation.In(f).Count > 0)];
        if (withImages.Length > 0)
        {
            return ($"{nothing} in the folder itself, but in {Names(withImages, "folder")}", "give one of these folders, or put the images of all cases directly into one folder");
        }

        (string Folder, (Kind Kind, string Text) Foreign)[] inside = [.. folders.Select(static f => (f, Foreign(f))).Where(static f => f.Item2 is not null).Select(static f => (f.f, f.Item2!.Value))];
        return inside.Length == 0
            ? ($"{nothing} in this folder", remedy)
            : ($"{nothing} that can be read, but in {Names([.. inside.Select(static f => f.Folder)], "folder")} {inside[0].Foreign.Text}", inside[0].Foreign.Kind.Remedy);
    }

    /// <summary>The error about a folder without images: where it is, with the parts of <see cref="Of"/>.</summary>
    /// <inheritdoc cref="Of"/>
    public static DescribedException Error(string folder, string nothing, string remedy)
    {
        (string what, string todo) = Of(folder, nothing, remedy);
        return new DescribedException(folder, what, todo);
    }

    /// <summary>The files of the most common kind that is known, but not read.</summary>
    private static (Kind Kind, string Text)? Foreign(string folder)
    {
        IReadOnlyList<string> files = VisibleFiles.In(folder);
        IGrouping<Kind, string>? most = files.Select(static path => (Path: path, Kind: KindOf(path))).Where(static f => f.Kind is not null)
            .GroupBy(static f => f.Kind!, static f => f.Path).OrderByDescending(static g => g.Count()).FirstOrDefault();
        if (most is null) return null;

        string[] paths = [.. most];
        string names = string.Join(", ", paths.Take(NamesShown).Select(Path.GetFileName)) + (paths.Length > NamesShown ? ", …" : "");
        return (most.Key, paths.Length == 1 ? $"there is 1 {most.Key.One} ({names})" : $"there are {paths.Length} {most.Key.Many} ({names})");
    }

    private static Kind? KindOf(string path) =>
        Kinds.FirstOrDefault(kind => kind.Endings.Any(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase))) ?? (IsDicom(path) ? Dicom : null);

    /// <summary>Files of DICOM often have no ending, or a number for one; their content tells.</summary>
    private static bool IsDicom(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
            Span<byte> start = stackalloc byte[DicomPreamble + 4];
            return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start[DicomPreamble..].SequenceEqual("DICM"u8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string Names(string[] paths, string noun)
    {
        string names = string.Join(", ", paths.Take(NamesShown).Select(Path.GetFileName)) + (paths.Length > NamesShown ? ", …" : "");
        return paths.Length == 1 ? $"its {noun} {names}" : $"{paths.Length} {noun}s in it ({names})";
    }

    /// <summary>A kind of files that is no image here.</summary>
    /// <param name="One">What one is called.</param>
    /// <param name="Many">What several are called.</param>
    /// <param name="Endings">Their endings.</param>
    /// <param name="Remedy">What to do with them.</param>
    private sealed record Kind(string One, string Many, string[] Endings, string Remedy);
}
