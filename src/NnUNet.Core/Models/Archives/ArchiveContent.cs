using System.IO.Compression;
using System.Text.RegularExpressions;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Models.Archives;

/// <summary>A file of an archive and where it goes.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Target">Its path below the folder of all models, with slashes: <c>3d_fullres/Task004_Hippocampus/TRAINER__PLANS/plans.json</c>.</param>
internal sealed record ArchiveFile(ZipArchiveEntry Entry, string Target)
{
    /// <summary>The model that it belongs to: <c>3d_fullres/Task004_Hippocampus/TRAINER__PLANS</c>.</summary>
    public string Model => string.Join('/', Target.Split('/')[..3]);
}

/// <summary>What a zip archive holds, checked before anything is written.</summary>
/// <remarks>
/// Archives of the original have <c>3d_fullres/TaskXXX_NAME/TRAINER__PLANS/…</c>, and <c>ensembles/TaskXXX_NAME/NAME/postprocessing.json</c>;
/// folders above these (<c>nnUNet/</c>) are left out. Source: nnunet/inference/pretrained_models/collect_pretrained_models.py.
/// </remarks>
internal sealed partial class ArchiveContent
{
    private static readonly HashSet<string> Configurations = [.. Configuration.Names, Workspace.EnsemblesFolderName];

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
    public IEnumerable<string> Models => Files.Select(static f => f.Model).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>Bytes of all files.</summary>
    public long Bytes => Files.Sum(static f => f.Entry.Length);

    /// <summary>Looks through an archive.</summary>
    /// <param name="zip">The file, for messages.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="limits">How large it may become.</param>
    /// <exception cref="InvalidDataException">It is hostile or too large.</exception>
    /// <exception cref="ModelArchiveException">It holds no model.</exception>
    public static ArchiveContent Of(string zip, ZipArchive archive, ArchiveLimits limits)
    {
        if (archive.Entries.Count > limits.MaxEntries) throw new InvalidDataException($"it has {archive.Entries.Count} entries; {limits.MaxEntries} are allowed");
        CheckSizes(archive, limits);
        List<ArchiveFile> files = [];
        List<string> ignored = [];
        List<string[]> names = [];
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            // What systems add on their own may have names that no other system takes.
            if (VisibleFiles.IsPathIgnored(entry.FullName)) continue;
            string[] parts = ArchiveEntryName.Parts(entry);
            if (parts.Length == 0) continue;
            names.Add(parts);
            int start = Start(parts);
            if (start < 0) ignored.Add(entry.FullName);
            else files.Add(new ArchiveFile(entry, string.Join('/', parts[start..])));
        }

        CheckNames(files);
        if (files.Count > 0) return new ArchiveContent(files, ignored);
        (string what, string remedy) = ArchiveDiagnosis.OfNames(names);
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
            if (!names.Add(file.Target)) throw new InvalidDataException($"two entries would be written to {file.Target}");
        }

        foreach (ArchiveFile file in files)
        {
            for (int at = file.Target.IndexOf('/', StringComparison.Ordinal); at >= 0; at = file.Target.IndexOf('/', at + 1))
            {
                if (names.Contains(file.Target[..at])) throw new InvalidDataException($"{file.Target[..at]} is both a file and a folder");
            }
        }
    }

    /// <summary>Where the path below the folder of all models begins; -1 where it is none.</summary>
    private static int Start(string[] parts)
    {
        for (int i = 0; i + 3 < parts.Length; i++)
        {
            if (Configurations.Contains(parts[i]) && TaskPattern().IsMatch(parts[i + 1]) && (parts[i] == Workspace.EnsemblesFolderName || parts[i + 2].Contains("__", StringComparison.Ordinal))) return i;
        }

        return -1;
    }

    /// <summary>Whether a name is that of a task of version 1.</summary>
    internal static bool IsTask(string name) => TaskPattern().IsMatch(name);

    [GeneratedRegex("^Task[0-9]{3,9}_.", RegexOptions.CultureInvariant)]
    private static partial Regex TaskPattern();
}
