using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Runs all checks, and has pictures drawn of what they find.</summary>
internal static class RepairFindings
{
    /// <summary>The folder of the pictures in that of the reports.</summary>
    public const string PicturesFolder = "pictures";

    // Where everything is odd, the first pictures show it.
    private const int PicturesOfAKind = 20;

    /// <summary>What all checks find, in the order of their names.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="labelNames">Names of labels by their value as text.</param>
    /// <param name="copy">The copy's folder; null where nothing is written.</param>
    /// <param name="draw">Draws a picture as PNG, or gives null where it cannot; null where none is wanted.</param>
    /// <param name="cancel">Stops between pictures.</param>
    public static ValueArray<RepairFinding> Find(
        IReadOnlyList<CheckedCase> cases, IReadOnlyDictionary<string, string> labelNames, string? copy, Func<FindingPicture, byte[]?>? draw, CancellationToken cancel)
    {
        List<RepairFinding> findings = [];
        if (cases.Count == 0) return [];

        string reports = copy is null ? "" : Path.Combine(copy, RepairReport.FolderName);
        if (copy is not null && Directory.Exists(Path.Combine(reports, PicturesFolder))) Directory.Delete(Path.Combine(reports, PicturesFolder), recursive: true);
        foreach (string kind in Catalog<DatasetCheck>.Names)
        {
            foreach ((int i, CheckFinding found) in Catalog<DatasetCheck>.Create(kind).Find(cases).Index())
            {
                cancel.ThrowIfCancellationRequested();
                string? picture = copy is null || draw is null || i >= PicturesOfAKind ? null : Draw(kind, found, labelNames, copy, draw);
                findings.Add(new RepairFinding(kind, found.Where, found.What, picture));
            }
        }

        return findings.ToValueArray();
    }

    private static string? Draw(string kind, CheckFinding found, IReadOnlyDictionary<string, string> labelNames, string copy, Func<FindingPicture, byte[]?> draw)
    {
        RepairCase one = found.Case.Case;
        string image = Path.Combine(copy, found.Case.Facts.Images[found.Channel].File);
        string? label = found.Case.LabelFile is { } file ? Path.Combine(copy, file) : null;
        if (draw(new FindingPicture($"{found.Where}: {found.What}", image, label, labelNames)) is not { } png) return null;

        string channel = found.Channel == 0 ? "" : $"_{found.Channel:0000}";
        string picture = $"{RepairReport.FolderName}/{PicturesFolder}/{kind}_{one.ImageFolder}_{one.TargetId}{channel}.png";
        AtomicFile.Write(Path.Combine(copy, picture), stream => stream.Write(png));
        return picture;
    }
}
