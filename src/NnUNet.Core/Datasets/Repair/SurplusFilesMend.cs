using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Leaves out of the copy what belongs to no complete case: what systems leave in folders, files that are no images, images without segmentation and the other way round.</summary>
[CatalogName(Name)]
internal sealed class SurplusFilesMend : DatasetMend
{
    private const string Name = "surplus";

    private static readonly string[] Own = [DatasetFolder.TrainingImages, DatasetFolder.TrainingLabels, DatasetFolder.TestImages, RepairCase.TestLabels];

    /// <inheritdoc/>
    public override int Order => 10;

    /// <inheritdoc/>
    public override void Begin(RepairTask task)
    {
        HashSet<string> used = new(task.Cases.SelectMany(static c => c.Images).SelectMany(static i => i.IsFolder ? [i.Path] : i.Files).Select(Path.GetFullPath), StringComparer.Ordinal);
        string[] listedFolders = [.. used.Select(Path.GetDirectoryName).OfType<string>().Concat(Own.Select(f => Path.GetFullPath(Path.Combine(task.Folder, f)))).Distinct(StringComparer.Ordinal).Where(Directory.Exists)];
        foreach (string folder in listedFolders.Order(StringComparer.Ordinal))
        {
            foreach (string path in Entries(folder).Where(p => !used.Contains(p))) task.SetAside.Add(new RepairNote(Name, DatasetFolder.Relative(path), Why(path, folder, task)));
        }

        foreach (string path in Entries(task.Folder).Where(p => !listedFolders.Contains(p) && !IsOwn(Path.GetFileName(p)))) task.SetAside.Add(new RepairNote(Name, Path.GetFileName(path), Left(path) ?? "no part of a raw task"));
    }

    private static IEnumerable<string> Entries(string folder) =>
        Directory.EnumerateFileSystemEntries(Path.GetFullPath(folder), "*", new EnumerationOptions { AttributesToSkip = 0 }).Order(StringComparer.Ordinal);

    private static bool IsOwn(string name) => name is DatasetDescription.FileName or RepairReport.FolderName;

    private static string? Left(string path) => VisibleFiles.IsIgnored(Path.GetFileName(path)) ? "left there by a system, and passed over by the program" : null;

    private static string Why(string path, string folder, RepairTask task)
    {
        if (Left(path) is { } left) return left;
        if ((ImageLocation.Of(path) ?? (ImageFile.OpeningFile(path) is { } opening ? ImageLocation.Of(opening) : null)) is not { } image || (File.Exists(image.Path) && !image.Format.IsImageFile(image.Path))) return "no image of a known format";
        if (image.MissingFiles is [var missing, ..]) return $"{Path.GetFileName(missing)} is missing, which belongs to it";

        bool numbered = CaseName.TrySplit(image.Name, out string id, out int channel);
        string caseId = numbered ? id : image.Name;
        if (task.Cases.FirstOrDefault(c => c.Images.Any(i => i.Name == image.Name && Path.GetDirectoryName(Path.GetFullPath(i.Path)) == folder)) is { } same)
        {
            return $"there twice: the case {same.CaseId} has another file of this name";
        }

        if (task.Incomplete.FirstOrDefault(i => i.CaseId == caseId) is { Missing: not null } incomplete) return $"belongs to the case {caseId}, of which {incomplete.Missing} is missing";
        if (numbered && channel >= task.Listed.Modality.Count) return $"channel {channel}, but {DatasetDescription.FileName} declares {task.Listed.Modality.Count}";
        return Path.GetFileName(folder) switch
        {
            DatasetFolder.TrainingImages => numbered || task.Listed.Modality.Count == 1 ? "an image without its segmentation, or of a case that lacks a channel or has it twice" : "its name has no channel number",
            DatasetFolder.TestImages => "an image of a case that lacks a channel or has it twice",
            _ => "a segmentation without its image",
        };
    }
}
