using NnUNet.Core.Evaluation;
using NnUNet.Core.Models;
using NnUNet.Core.Results;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Consolidation;

/// <summary>What the validation of a fold left.</summary>
/// <param name="Fold">The fold's number.</param>
/// <param name="Folder">The folder of the segmentations.</param>
/// <param name="Cases">The segmentations' paths by case name, in ordinal order.</param>
/// <param name="Fault">Why the fold cannot be used, as the end of a sentence; null where it can.</param>
internal sealed record FoldValidation(int Fold, string Folder, IReadOnlyDictionary<string, string> Cases, string? Fault)
{
    /// <summary>The scores of the fold's cases, which are written last.</summary>
    public string SummaryPath => Path.Join(Folder, SegmentationSummary.FileName);

    /// <summary>Looks at a fold.</summary>
    public static FoldValidation Of(string modelFolder, int fold, string folderName)
    {
        string foldFolder = Path.Join(modelFolder, ModelFolder.FoldFolderName(fold));
        string folder = Path.Join(foldFolder, folderName);
        string? fault = !Directory.Exists(foldFolder) ? $"fold {fold} is not trained"
            : !Directory.Exists(folder) ? $"fold {fold} has no {folderName}"
            : !File.Exists(Path.Join(folder, SegmentationSummary.FileName)) ? $"fold {fold} is not validated to the end ({folderName} has no {SegmentationSummary.FileName})"
            : null;
        Dictionary<string, string> cases = fault is null
            ? FolderEvaluator.Images(folder).ToDictionary(static c => c.Key, static c => c.Value.Path, StringComparer.Ordinal)
            : [];
        ResultRecords records = new(folder);
        if (cases.FirstOrDefault(c => IsAnother(records, c.Key, c.Value)) is { Key: { } changed })
        {
            return new FoldValidation(fold, folder, cases, $"fold {fold} has a segmentation in {folderName} that was changed since it was validated, {changed} (nnUNet_train -val makes it again)");
        }

        return new FoldValidation(fold, folder, cases, fault is null && cases.Count == 0 ? $"fold {fold} has no segmentation in {folderName}" : fault);
    }

    /// <summary>Whether a segmentation is not the one that its record tells of; one without a record may be of another program.</summary>
    private static bool IsAnother(ResultRecords records, string caseId, string path) =>
        records.Read(caseId) is { } record && !records.IsIntact(record, ImageLocation.Of(path)!);
}
