using System.IO.Compression;
using NnUNet.Foundation;

namespace NnUNet.Core.Models.Archives;

/// <summary>What a zip archive holds, checked before anything is written.</summary>
internal sealed class ArchiveContent
{
    private ArchiveContent(IReadOnlyList<ArchiveFile> files, IReadOnlyList<string> ignored)
    {
        Files = files;
        Ignored = ignored;
    }

    /// <summary>The files of the models.</summary>
    public IReadOnlyList<ArchiveFile> Files { get; }

    /// <summary>Names of files that belong to no model.</summary>
    public IReadOnlyList<string> Ignored { get; }

    /// <summary>The models in ordinal order.</summary>
    public IEnumerable<ArchiveModel> Models => Files.Select(static f => f.Model).OfType<ArchiveModel>().Distinct().OrderBy(static m => m.Path, StringComparer.Ordinal);

    /// <summary>Bytes of all files.</summary>
    public long Bytes => Files.Sum(static f => f.Entry.Length);

    /// <summary>Looks through an archive.</summary>
    /// <param name="zip">The file, for messages.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="limits">How large it may become.</param>
    /// <param name="places">Where models go.</param>
    /// <param name="dataset">The data set of models of nnU-Net v2 that do not tell theirs; null where they do.</param>
    /// <exception cref="InvalidDataException">It is hostile or too large.</exception>
    /// <exception cref="ModelArchiveException">It holds no model.</exception>
    public static ArchiveContent Of(string zip, ZipArchive archive, ArchiveLimits limits, ModelPlaces places, string? dataset = null)
    {
        if (archive.Entries.Count > limits.MaxEntries) throw new InvalidDataException($"it has {archive.Entries.Count} entries; {limits.MaxEntries} are allowed");
        CheckSizes(archive, limits);
        // What systems add on their own may have names that no other system takes.
        ArchiveEntry[] entries = [.. archive.Entries.Where(static e => !VisibleFiles.IsPathIgnored(e.FullName)).Select(static e => new ArchiveEntry(e, ArchiveEntryName.Parts(e))).Where(static e => e.Parts.Length > 0)];
        List<ArchiveFile> files = [];
        List<string> ignored = [];
        ArchiveLayout[] layouts = [new Version1ArchiveLayout(places.Version1), .. places.Version2 is { } version2 ? [new Version2ArchiveLayout(zip, version2, entries, dataset)] : Array.Empty<ArchiveLayout>()];
        foreach (ArchiveEntry entry in entries)
        {
            if (layouts.Select(layout => layout.Find(entry)).FirstOrDefault(static f => f is not null) is { } file) files.Add(file);
            else ignored.Add(entry.Entry.FullName);
        }

        CheckNames(files);
        if (files.Any(static f => f.Model is not null)) return new ArchiveContent(files, ignored);
        (string what, string remedy) = ArchiveDiagnosis.OfNames([.. entries.Select(static e => e.Parts)]);
        throw new ModelArchiveException(zip, what, remedy);
    }

    private static void CheckSizes(ZipArchive archive, ArchiveLimits limits)
    {
        Int128 packed = 0;
        Int128 unpacked = 0;
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            packed += entry.CompressedLength;
            unpacked += entry.Length;
            if (entry.Length > limits.Allowance && entry.Length / limits.MaxRatio > entry.CompressedLength)
            {
                throw new InvalidDataException($"{entry.FullName} would grow from {entry.CompressedLength} to {entry.Length} bytes, more than {limits.MaxRatio} times");
            }
        }

        if (unpacked > limits.MaxBytes) throw new InvalidDataException($"it would take {unpacked} bytes; {limits.MaxBytes} are allowed");
        if (unpacked > limits.Allowance && unpacked > packed * limits.MaxRatio)
        {
            throw new InvalidDataException($"it would grow from {packed} to {unpacked} bytes, more than {limits.MaxRatio} times");
        }
    }

    /// <summary>Two entries must not become one file, on systems that ignore case either, and a file must not be another's folder.</summary>
    private static void CheckNames(List<ArchiveFile> files)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (ArchiveFile file in files)
        {
            if (!names.Add(FullName(file))) throw new InvalidDataException($"two entries would be written to {file.Target}");
        }

        foreach (ArchiveFile file in files)
        {
            for (int at = file.Target.IndexOf('/', StringComparison.Ordinal); at >= 0; at = file.Target.IndexOf('/', at + 1))
            {
                if (names.Contains(FullName(file with { Target = file.Target[..at] }))) throw new InvalidDataException($"{file.Target[..at]} is both a file and a folder");
            }
        }
    }

    private static string FullName(ArchiveFile file) => $"{file.Place}/{file.Target}";
}
