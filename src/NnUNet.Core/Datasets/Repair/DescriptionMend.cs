using System.Globalization;
using System.Text.Json;
using NnUNet.Core.Cases;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Lists in <c>dataset.json</c> the cases that there are, under their names, and counts them; all else in it stays.</summary>
[CatalogName(Name)]
internal sealed class DescriptionMend : DatasetMend
{
    private const string Name = "dataset.json";
    private const string CountedTraining = "numTraining";
    private const string CountedTest = "numTest";
    private const string OtherChannelNames = "channel_names";

    /// <inheritdoc/>
    public override int Order => 70;

    /// <inheritdoc/>
    public override void End(RepairTask task)
    {
        DatasetDescription old = task.Listed;
        ValueArray<TrainingEntry> training = task.Cases.Where(c => c.IsTraining && task.Endings.ContainsKey(c.Key))
            .Select(c => new TrainingEntry(Listed(c.ImageFolder, c.TargetId, task.Endings[c.Key].Image), Listed(c.LabelFolder, c.TargetId, task.Endings[c.Key].Label!))).ToValueArray();
        ValueArray<string> test = task.Cases.Where(c => !c.IsTraining && task.Endings.ContainsKey(c.Key)).Select(c => Listed(c.ImageFolder, c.TargetId, task.Endings[c.Key].Image)).ToValueArray();
        Dictionary<string, JsonElement> unknown = old.Unknown.Where(static u => u.Key != OtherChannelNames).ToDictionary(StringComparer.Ordinal);
        (unknown[CountedTraining], unknown[CountedTest]) = (JsonSerializer.SerializeToElement(training.Count), JsonSerializer.SerializeToElement(test.Count));
        RepairNote[] notes = [.. Notes(task, training, test)];
        if (notes.Length == 0) return; // the file is copied as it is

        task.Description = old with { Training = training, Test = test, ListsCases = true, CountedCases = null, Unknown = unknown };
        task.Mended.AddRange(notes);
    }

    private static IEnumerable<RepairNote> Notes(RepairTask task, ValueArray<TrainingEntry> training, ValueArray<string> test)
    {
        DatasetDescription old = task.Listed;
        foreach ((string caseId, bool isTraining, string missing) in task.Incomplete) yield return Note($"the {Kind(isTraining)} case {caseId} is not listed any more: {missing} is missing");
        if (!old.ListsCases)
        {
            yield return Note($"the {training.Count} training and {test.Count} test cases are listed");
            yield break;
        }

        HashSet<string> listed = [.. old.Training.Select(static t => $"{DatasetFolder.TrainingImages}/{t.CaseId}").Concat(old.Test.Select(static t => $"{DatasetFolder.TestImages}/{CaseName.Of(t)}"))];
        foreach (RepairCase one in task.Cases.Where(c => !listed.Contains(c.Key) && task.Endings.ContainsKey(c.Key))) yield return Note($"the {Kind(one.IsTraining)} case {one.TargetId} is listed, whose files were there");
        foreach (RepairCase one in task.Cases.Where(c => listed.Contains(c.Key) && !task.Endings.ContainsKey(c.Key))) yield return Note($"the {Kind(one.IsTraining)} case {one.CaseId} is not listed any more: it cannot be read");
        int twice = old.Training.Count + old.Test.Count - listed.Count;
        if (twice > 0) yield return Note($"{twice} entries are listed once that were there twice");
        if (Counted(old, CountedTraining, training.Count) is { } first) yield return first;
        if (Counted(old, CountedTest, test.Count) is { } second) yield return second;

        HashSet<string> before = [.. old.Training.SelectMany(static t => (string[])[Plain(t.Image), Plain(t.Label)]).Concat(old.Test.Select(Plain))];
        string[] after = [.. training.SelectMany(static t => (string[])[Plain(t.Image), Plain(t.Label)]).Concat(test.Select(Plain))];
        int other = after.Count(a => !before.Contains(a));
        if (other > 0) yield return Note($"{other} files are listed under the folders, names and endings that they have");
    }

    private static RepairNote? Counted(DatasetDescription old, string key, int count) =>
        old.Unknown.TryGetValue(key, out JsonElement value) && !(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number == count)
            ? Note(string.Create(CultureInfo.InvariantCulture, $"\"{key}\" is {count}, not {value}"))
            : null;

    private static RepairNote Note(string what) => new(Name, DatasetDescription.FileName, what);

    private static string Kind(bool isTraining) => isTraining ? "training" : "test";

    private static string Plain(string listed) => listed.Replace('\\', '/') is var path && path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;

    private static string Listed(string folder, string name, string ending) => $"./{folder}/{name}{ending}";
}
