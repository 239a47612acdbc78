using System.IO.Compression;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom;

/// <summary>The DICOM files of a zip archive, read where they are: nothing is unpacked to the disk.</summary>
/// <remarks>
/// What the archive promises is limited before anything of it is read: its entries, and their unpacked bytes against its own. Names of entries serve
/// as names alone, and those that lead out of the archive are refused all the same.
/// </remarks>
internal sealed class DicomZip : DicomSource
{
    /// <summary>The ending of archives.</summary>
    public const string Ending = ".zip";

    /// <summary>More entries than any study has.</summary>
    internal const int MostEntries = 200_000;

    /// <summary>Times of the archive's bytes that its entries may have, beside <see cref="FreeBytes"/>: images are packed to a half or a third, empty ones to a hundredth.</summary>
    internal const int LargestRatio = 100;

    /// <summary>Unpacked bytes that any archive may have.</summary>
    internal const long FreeBytes = 16L << 20;

    private const int EntriesLookedInto = 16;
    private const string Remedy = "copy it again, or unpack it and give the folder";

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private IReadOnlyList<string>? _files;

    /// <summary>Opens an archive and reads its table of contents.</summary>
    /// <exception cref="FileFormatException">It cannot be opened, is damaged, or promises more than is read.</exception>
    public DicomZip(string path)
    {
        _path = path;
        try
        {
            _stream = InputFile.Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileFormatException(path, $"the archive cannot be read ({e.Message.TrimEnd('.')})", "check the name, the disk and the access rights", e);
        }

        try
        {
            _archive = ZipContents.Open(_stream);
            CheckPromise();
            foreach (ZipArchiveEntry entry in _archive.Entries)
            {
                string name = entry.FullName.Replace('\\', '/');
                if (name.Length == 0 || name[^1] == '/' || entry.Length == 0 || VisibleFiles.IsPathIgnored(name)) continue;
                if (name[0] == '/' || name.Contains('\0', StringComparison.Ordinal) || name.Split('/').Any(static part => part is "" or "." or ".."))
                    throw new FileFormatException(path, $"the entry \"{Shown(name)}\" leads out of the archive", "pack the files with another program");
                if (DicomFolder.IsIndex(name)) continue;
                _entries.TryAdd(Path.Join(path, Shown(name)), entry);
            }
        }
        catch (Exception e)
        {
            _archive?.Dispose();
            _stream.Dispose();
            if (e is InvalidDataException or IOException) throw new FileFormatException(path, $"the zip archive is damaged ({e.Message.TrimEnd('.')})", Remedy, e);
            throw;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => _files ??= [.. _entries.Keys.Where(IsDicom).Order(StringComparer.Ordinal)];

    /// <summary>Whether a path is that of an archive by its ending, and such a file is there.</summary>
    public static bool IsZip(string path) => path.EndsWith(Ending, StringComparison.OrdinalIgnoreCase) && File.Exists(path);

    /// <summary>Whether an archive has DICOM files; true, too, of one that is damaged: whoever reads it is told.</summary>
    public static bool HasDicom(string path)
    {
        try
        {
            using DicomZip zip = new(path);
            return zip._entries.Keys.Order(StringComparer.Ordinal).Take(EntriesLookedInto).Any(zip.IsDicom);
        }
        catch (FileFormatException)
        {
            return true;
        }
    }

    /// <inheritdoc/>
    public override string PlaceOf(string file) => _path;

    /// <inheritdoc/>
    public override Stream Open(string file) => new SeekableZipEntry(_entries[file]);

    /// <inheritdoc/>
    public override void Copy(string file, string to)
    {
        try
        {
            using Stream content = Open(file);
            AtomicFile.Write(to, content.CopyTo);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(file, e);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _archive.Dispose();
            _stream.Dispose();
        }

        base.Dispose(disposing);
    }

    private static string Shown(string name) => string.Concat(name.Select(static c => char.IsControl(c) ? '?' : c));

    private bool IsDicom(string file) => With(file, static stream => DicomFile.IsDicom(stream));

    private void CheckPromise()
    {
        int count = _archive.Entries.Count;
        if (count > MostEntries) throw new FileFormatException(_path, $"the archive has {count} entries, but at most {MostEntries} are read", "pack a study into an archive of its own");
        Int128 unpacked = 0;
        foreach (ZipArchiveEntry entry in _archive.Entries) unpacked += entry.Length;
        if (unpacked > ((Int128)_stream.Length * LargestRatio) + FreeBytes)
            throw new FileFormatException(_path, $"the archive has {_stream.Length} bytes and promises {unpacked} unpacked ones, more than {LargestRatio} times as many", "unpack it yourself and give the folder, if you trust it");
    }
}
