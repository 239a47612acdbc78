using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom;

/// <summary>Where DICOM files lie together: in a folder, in a zip archive, or one by itself.</summary>
/// <remarks>Not safe for several threads; whoever reads opens one.</remarks>
internal abstract class DicomSource : IDisposable
{
    /// <summary>The DICOM files in ordinal order; those of an archive by its path and theirs in it.</summary>
    public abstract IReadOnlyList<string> Files { get; }

    /// <summary>The files of an image: of a folder without the folders below it, all of an archive, or the one file.</summary>
    /// <param name="path">The folder, archive or file.</param>
    /// <exception cref="FileFormatException">The archive is damaged, or promises more than is read.</exception>
    public static DicomSource Of(string path) => Directory.Exists(path) ? new DicomFiles(DicomFolder.FilesOf(path)) : DicomZip.IsZip(path) ? new DicomZip(path) : new DicomFiles([path]);

    /// <summary>The files of a folder and of all folders below it, or of an archive.</summary>
    /// <param name="path">The folder or archive.</param>
    /// <exception cref="DescribedException">There is none, or the archive is damaged or promises more than is read.</exception>
    public static DicomSource Below(string path)
    {
        if (Directory.Exists(path)) return new DicomFiles([.. Folders(path).SelectMany(DicomFolder.FilesOf)]);
        if (DicomZip.IsZip(path)) return new DicomZip(path);
        throw new DescribedException(path, File.Exists(path) ? "it is one file, neither a folder nor a zip archive" : "there is no such folder or zip archive", "check the path");

        static IEnumerable<string> Folders(string folder) => VisibleFiles.FoldersIn(folder).SelectMany(Folders).Prepend(folder);
    }

    /// <summary>What can be given as an image and has a file in it: its folder, or the archive.</summary>
    /// <param name="file">One of the <see cref="Files"/>.</param>
    public abstract string PlaceOf(string file);

    /// <summary>The bytes of a file: a stream that can seek, at its first byte.</summary>
    /// <param name="file">One of the <see cref="Files"/>.</param>
    public abstract Stream Open(string file);

    /// <summary>Copies a file to the disk, through a temporary name beside the copy.</summary>
    /// <param name="file">One of the <see cref="Files"/>.</param>
    /// <param name="to">Gets its content; its folder is made where it is missing.</param>
    /// <exception cref="FileFormatException">The archive is damaged there.</exception>
    public abstract void Copy(string file, string to);

    /// <summary>Reads a file.</summary>
    /// <param name="file">One of the <see cref="Files"/>.</param>
    /// <param name="content">Which values are read.</param>
    /// <exception cref="FileFormatException">It cannot be opened, is no DICOM file, cut off or damaged.</exception>
    public DicomFile Read(string file, DicomContent content) => With(file, stream => DicomFile.Read(stream, file, content));

    /// <summary>Does something with a file's bytes.</summary>
    /// <param name="file">One of the <see cref="Files"/>.</param>
    /// <param name="work">Gets the bytes.</param>
    /// <exception cref="FileFormatException">They cannot be read.</exception>
    public T With<T>(string file, Func<Stream, T> work)
    {
        try
        {
            using Stream stream = Open(file);
            return work(stream);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(file, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileFormatException(file, $"the file cannot be read ({e.Message.TrimEnd('.')})", "check the name, the disk and the access rights", e);
        }
    }

    /// <summary>The error of a file that cannot be unpacked.</summary>
    protected static FileFormatException Damaged(string file, InvalidDataException e) => new(file, $"the archive is damaged here ({e.Message.TrimEnd('.')})", "copy the archive again", e);

    /// <summary>Closes the archive.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what is open.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        // of files nothing stays open
    }
}

/// <summary>Files of the disk.</summary>
/// <param name="files">Their paths.</param>
internal sealed class DicomFiles(IReadOnlyList<string> files) : DicomSource
{
    public override IReadOnlyList<string> Files => files;

    public override string PlaceOf(string file) => Path.GetDirectoryName(file)!;

    public override Stream Open(string file) => InputFile.Open(file);

    public override void Copy(string file, string to) => AtomicFile.Copy(file, to);
}
