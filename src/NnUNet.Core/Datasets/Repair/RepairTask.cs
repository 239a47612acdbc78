using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>A task in repair: its cases, and what is told of it. The mends change it.</summary>
public sealed class RepairTask
{
    private RepairTask(string folder, DatasetDescription description) => (Folder, Description, Listed) = (folder, description, description);

    /// <summary>The task's folder.</summary>
    public string Folder { get; }

    /// <summary>The task's <c>dataset.json</c>.</summary>
    public DatasetDescription Listed { get; }

    /// <summary>The <c>dataset.json</c> of the copy.</summary>
    public DatasetDescription Description { get; set; }

    /// <summary>The complete cases, training cases first, each in the order of the lists, then those that are not listed.</summary>
    public List<RepairCase> Cases { get; } = [];

    /// <summary>Listed cases that are not complete, with the first of the files that are missing.</summary>
    public List<(string CaseId, bool IsTraining, string Missing)> Incomplete { get; } = [];

    /// <summary>What was mended.</summary>
    public List<RepairNote> Mended { get; } = [];

    /// <summary>What the copy does not have.</summary>
    public List<RepairNote> SetAside { get; } = [];

    /// <summary>What nobody can mend without guessing.</summary>
    public List<DatasetFault> Left { get; } = [];

    /// <summary>Once the cases are done: the ending of each image and segmentation in the copy.</summary>
    public Dictionary<string, (string Image, string? Label)> Endings { get; } = new(StringComparer.Ordinal);

    /// <summary>Finds the cases of a task: those that its <c>dataset.json</c> lists and whose files are there, and those that the folders have.</summary>
    /// <exception cref="DescribedException">There is no <c>dataset.json</c>, or none that says what channels and labels are.</exception>
    public static RepairTask Open(string folder)
    {
        DatasetDescription description = DatasetDescription.Read(Path.Combine(folder, DatasetDescription.FileName));
        RepairTask task = new(folder, description);
        HashSet<string> used = new(StringComparer.Ordinal);
        task.AddListed(DatasetFolder.TrainingCases(folder, description), used, isTraining: true);
        task.AddFound(used, isTraining: true);
        task.AddListed(DatasetFolder.TestCases(folder, description), used, isTraining: false);
        task.AddFound(used, isTraining: false);
        return task;
    }

    private int Channels => Listed.Modality.Count;

    private void AddListed(IReadOnlyList<CaseFiles> listed, HashSet<string> used, bool isTraining)
    {
        ImageFolder testLabels = ImageFolder.Of(Path.Combine(Folder, RepairCase.TestLabels));
        IEnumerable<string> order = isTraining ? Listed.Training.Select(static t => t.CaseId) : Listed.Test.Select(CaseName.Of);
        Dictionary<string, int> places = order.Index().DistinctBy(static o => o.Item).ToDictionary(static o => o.Item, static o => o.Index, StringComparer.Ordinal);
        foreach (CaseFiles files in listed.DistinctBy(static c => c.CaseId).OrderBy(c => places.GetValueOrDefault(c.CaseId, int.MaxValue)))
        {
            string[] paths = files.Label is null ? [.. files.Channels] : [.. files.Channels, files.Label];
            if (paths.SelectMany(DatasetFolder.MissingFiles).FirstOrDefault() is { } missing)
            {
                Incomplete.Add((files.CaseId, isTraining, DatasetFolder.Relative(missing)));
                continue;
            }

            ImageLocation? label = files.Label is { } own ? ImageLocation.Of(own) : Only(testLabels.All(files.CaseId));
            Add(new RepairCase(files.CaseId, isTraining, [.. files.Channels.Select(static c => ImageLocation.Of(c)!)], label), used);
        }
    }

    private void AddFound(HashSet<string> used, bool isTraining)
    {
        string images = isTraining ? DatasetFolder.TrainingImages : DatasetFolder.TestImages;
        ImageFolder labels = ImageFolder.Of(Path.Combine(Folder, isTraining ? DatasetFolder.TrainingLabels : RepairCase.TestLabels));
        ILookup<(string CaseId, int Channel), ImageLocation> byName = ImageFolder.Of(Path.Combine(Folder, images)).Images.Where(i => !used.Contains(i.Path))
            .ToLookup(i => CaseName.TrySplit(i.Name, out string id, out int channel) ? (id, channel) : (i.Name, Channels == 1 ? 0 : -1));
        HashSet<string> known = [.. Cases.Where(c => c.IsTraining == isTraining).Select(static c => c.CaseId)];
        foreach (string caseId in byName.Select(static g => g.Key.CaseId).Distinct().Order(StringComparer.Ordinal))
        {
            ImageLocation?[] channels = [.. Enumerable.Range(0, Channels).Select(c => Only([.. byName[(caseId, c)]]))];
            ImageLocation? label = Only(labels.All(caseId));
            if (known.Contains(caseId) || Array.Exists(channels, static c => c is null) || (isTraining && label is null)) continue;

            Incomplete.RemoveAll(i => i.CaseId == caseId && i.IsTraining == isTraining);
            Add(new RepairCase(caseId, isTraining, channels!, label), used);
        }
    }

    private void Add(RepairCase one, HashSet<string> used)
    {
        Cases.Add(one);
        used.UnionWith(one.Images.Select(static i => i.Path));
    }

    /// <summary>The image where there is exactly one with all of its files.</summary>
    private static ImageLocation? Only(IReadOnlyList<ImageLocation> images) => images is [{ MissingFiles.Count: 0 } one] ? one : null;
}
