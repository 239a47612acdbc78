using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Gives cases names that every program can read: no blanks and signs, accents in composed form; images have their channel's number, segmentations their image's name.</summary>
[CatalogName(Name)]
internal sealed class CaseNamesMend : DatasetMend
{
    private const string Name = "names";

    /// <inheritdoc/>
    public override int Order => 20;

    /// <inheritdoc/>
    public override void Begin(RepairTask task)
    {
        // A name that is good already stays with its case; of others that become the same, none is changed.
        ILookup<string, RepairCase> byClean = task.Cases.ToLookup(static c => CleanName.Of(c.CaseId), StringComparer.Ordinal);
        foreach (IGrouping<string, RepairCase> same in byClean)
        {
            string[] names = [.. same.Select(static c => c.CaseId).Distinct(StringComparer.Ordinal)];
            if (names.Length > 1)
            {
                task.Left.Add(new DatasetFault(string.Join(", ", names), $"all of these cases would be called {same.Key}", "give them names of letters, digits, _ and - by hand"));
                continue;
            }

            foreach (RepairCase one in same) one.TargetId = same.Key;
        }

        foreach (RepairCase one in task.Cases)
        {
            string[] renamed = [.. one.Channels.Select((c, i) => Renamed(c, CaseName.ChannelFile(one.TargetId, i, ""))).Append(one.Label is null ? null : Renamed(one.Label, one.TargetId)).OfType<string>()];
            if (renamed.Length > 0) task.Mended.Add(new RepairNote(Name, $"{one.ImageFolder}/{one.CaseId}", $"called {one.TargetId}: {string.Join(", ", renamed)}"));
        }
    }

    private static string? Renamed(ImageLocation image, string name)
    {
        string ending = image.Ending.ToLowerInvariant();
        return image.FileName == name + ending ? null : $"{image.FileName} is {name}{ending}";
    }
}
