using System.Globalization;
using System.Text.Json;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Datasets;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Foundation;
using NnUNet.Web.Dashboard.Places;
using NnUNet.Web.Dashboard.Scores;

namespace NnUNet.Web.Dashboard.Data;

/// <summary>What a workspace knows of its data sets. Safe for several threads.</summary>
internal sealed class TaskData(WorkspaceFiles files)
{
    /// <summary>The drawing of a fold's network.</summary>
    public const string NetworkFile = "network_architecture.svg";

    private const string DefaultPlans = Core.Selection.SelectionOptions.DefaultPlans;
    private const int FewestFolds = 5;

    private readonly TaskScores _scores = new(files);
    private readonly FileCache<DatasetFingerprint> _fingerprints = WorkspaceFiles.Json<DatasetFingerprint>();
    private readonly FileCache<PlanAnswer> _plans = new(static (path, _) => PlanWords.Of(Path.GetFileName(path), PlanFile.Read(path)));
    private readonly FileCache<PlanAnswer> _otherPlans = new(ReadVersion2);
    private readonly FileCache<IReadOnlyList<Fold>> _splits = new(static (path, _) => Folds.Read(path));

    /// <summary>All data sets.</summary>
    public IReadOnlyList<TaskAnswer> Tasks() => [.. files.Places.Tasks().Select(Of)];

    /// <summary>One of them; null where there is none of this name.</summary>
    public TaskAnswer? Find(string task) => files.Places.Tasks().Contains(task, StringComparer.Ordinal) ? Of(task) : null;

    /// <summary>All about one.</summary>
    /// <param name="task">One of <see cref="Tasks"/>.</param>
    public DatasetAnswer About(string task)
    {
        List<string> faults = [];
        TaskAnswer listed = Of(task);
        string folder = files.Places.PreprocessedFolder(task);
        if (files.Description(task).Fault is { } wrong) faults.Add(wrong);
        DatasetFingerprint? fingerprint = listed.Version == 1 ? Get(_fingerprints, folder, DatasetFingerprint.FileName, faults) : null;
        if (fingerprint is not null && fingerprint.AllSizes.Count != fingerprint.AllSpacings.Count) fingerprint = null;
        string[] cases = fingerprint is null ? [] : CasesOf(fingerprint);
        VolumesAnswer? volumes = fingerprint is null ? null : Volumes(task, fingerprint, cases);
        string verified = Path.Combine(folder, VerificationRecord.FileName);
        return new DatasetAnswer(
            listed,
            File.Exists(verified) ? new DateTimeOffset(File.GetLastWriteTimeUtc(verified), TimeSpan.Zero) : null,
            fingerprint is null ? [] : [.. Findings(fingerprint, cases), .. CaseOutliers.OfIntensities(fingerprint), .. volumes is null ? [] : CaseOutliers.OfVolumes(volumes)],
            fingerprint is null ? null : Fingerprint(fingerprint, cases),
            volumes,
            Splits(folder, cases, faults),
            [.. listed.Plans.Select(file => Get(listed.Version == 2 ? _otherPlans : _plans, folder, file, faults)).OfType<PlanAnswer>()],
            Networks(task),
            [.. Commands(listed)],
            faults);
    }

    private TaskAnswer Of(string task)
    {
        int version = WorkspacePlaces.IsVersion2(task) ? 2 : 1;
        DatasetDescription? description = files.Description(task).Value;
        string folder = files.Places.PreprocessedFolder(task);
        string[] plans = PlanFiles(folder, version);
        int? cases = description is null ? null : description.ListsCases ? description.Training.Count : description.CountedCases;
        return new TaskAnswer(
            task,
            version,
            description?.Name ?? "",
            cases,
            description?.ChannelNames ?? [],
            description is null ? [] : [.. description.ForegroundLabels.Select(l => files.StructureName(task, l.ToString(CultureInfo.InvariantCulture))), .. description.Regions.Select(static r => r.Name)],
            Directory.Exists(files.Places.RawFolder(task)),
            File.Exists(Path.Combine(folder, DatasetFingerprint.FileName)),
            plans,
            version == 1 ? Configurations(folder, plans) : [],
            files.Places.AllModels().Count(m => m.Task == task));
    }

    /// <summary>The configurations of the default plans, in the order in which they are likely to be asked for.</summary>
    private string[] Configurations(string folder, string[] plans)
    {
        string[] present = [.. plans.Where(static p => p.StartsWith(DefaultPlans + "_plans_", StringComparison.Ordinal)).SelectMany(p => _plans.Get(Path.Combine(folder, p), p).Value?.Stages ?? []).SelectMany(static s => s.Configurations)];
        return [.. present.Distinct(StringComparer.Ordinal).OrderByDescending(static c => c == Configuration.FullResolution.Name)];
    }

    private static string[] PlanFiles(string folder, int version)
    {
        string[] names = [.. VisibleFiles.In(folder, version == 2 ? "*lans*.json" : "*_plans_*D.*").Select(static f => Path.GetFileName(f)!)];
        string[] json = [.. names.Where(static n => n.EndsWith(".json", StringComparison.Ordinal))];
        return [.. json, .. names.Where(n => n.EndsWith(TaskPlan.PickleEnding, StringComparison.Ordinal) && !json.Contains(Path.ChangeExtension(n, ".json")))];
    }

    /// <summary>The cases in the fingerprint's order: the planner's, which goes by the names of files.</summary>
    private static string[] CasesOf(DatasetFingerprint fingerprint)
    {
        string[] names = [.. fingerprint.SizeReductions.Keys.OrderBy(static c => c + ".npz", StringComparer.Ordinal)];
        return names.Length == fingerprint.AllSizes.Count ? names : [.. Enumerable.Range(0, fingerprint.AllSizes.Count).Select(static i => string.Create(CultureInfo.InvariantCulture, $"case {i}"))];
    }

    private static IEnumerable<FindingAnswer> Findings(DatasetFingerprint fingerprint, string[] cases)
    {
        foreach (DatasetFault warning in fingerprint.Warnings) yield return FindingAnswer.Of("files", warning);
        Dictionary<string, string> byFile = new(StringComparer.Ordinal);
        CaseFiles[] named = [.. cases.Select(c => new CaseFiles(c, [Path.Combine(DatasetFolder.TrainingImages, c)], null))];
        foreach (CaseFiles c in named) byFile[DatasetFolder.Relative(c.Channels[0])] = c.CaseId;
        foreach (DatasetFault fault in FingerprintOutliers.Find(fingerprint, named))
        {
            yield return FindingAnswer.Of("fingerprint", fault) with { Case = byFile.GetValueOrDefault(fault.Where) };
        }
    }

    private static FingerprintAnswer Fingerprint(DatasetFingerprint fingerprint, string[] cases) => new(
        cases,
        [.. fingerprint.AllSizes.Select(static s => (IReadOnlyList<int>)[.. s])],
        [.. fingerprint.AllSpacings.Select(static s => (IReadOnlyList<double>)[.. s])],
        [.. cases.Select(c => fingerprint.SizeReductions.TryGetValue(c, out double kept) ? kept : (double?)null)],
        [
            .. fingerprint.Modalities.Select(m => fingerprint.IntensityProperties?.GetValueOrDefault(m.Key) is { } all
                ? new ChannelAnswer(m.Value, all with { LocalProps = null }, [.. (all.LocalProps ?? []).Select(static c => new CaseIntensities(c.Key, c.Value.Median, c.Value.Mean, c.Value.Sd, c.Value.Percentile005, c.Value.Percentile995))])
                : new ChannelAnswer(m.Value, null, [])),
        ]);

    private VolumesAnswer? Volumes(string task, DatasetFingerprint fingerprint, string[] cases)
    {
        (IReadOnlyList<string> structures, IReadOnlyDictionary<string, double[]> voxels) = _scores.ReferenceVoxels(task);
        if (structures.Count == 0) return null;
        const double CubicMillimetres = 1000; // of a millilitre
        Dictionary<string, double> sizes = new(StringComparer.Ordinal);
        foreach ((string name, ValueArray<double> spacing) in cases.Zip(fingerprint.AllSpacings)) sizes[name] = spacing.Aggregate(1.0, static (product, s) => product * s) / CubicMillimetres;
        string[] known = [.. voxels.Keys.Where(sizes.ContainsKey).Order(StringComparer.Ordinal)];
        return new VolumesAnswer([.. structures.Select(s => files.StructureName(task, s))], known, [.. known.Select(c => (IReadOnlyList<double>)[.. voxels[c].Select(v => v * sizes[c])])]);
    }

    private FoldsAnswer? Splits(string folder, string[] cases, List<string> faults)
    {
        string? file = ((string[])[Folds.FileName, Folds.PickledFileName]).FirstOrDefault(f => File.Exists(Path.Combine(folder, f)));
        IReadOnlyList<Fold>? splits = file is not null ? Get(_splits, folder, file, faults) : cases.Length >= FewestFolds ? Folds.Create(cases) : null;
        return splits is null ? null : new FoldsAnswer(file, [.. splits.Select(static f => new FoldAnswer(f.Train.Count, [.. f.Val]))]);
    }

    private NetworkAnswer[] Networks(string task) =>
    [
        .. from model in files.Places.AllModels()
           where model.Task == task
           let fold = model.Folds.FirstOrDefault(static f => File.Exists(Path.Combine(f.Folder, NetworkFile)))
           where fold is not null
           select new NetworkAnswer($"{model.Configuration}, {model.Trainer}, {model.Plans}", $"/api/data/network?fold={Uri.EscapeDataString(fold.Id)}"),
    ];

    private static IEnumerable<CommandAnswer> Commands(TaskAnswer task)
    {
        if (task.Version == 2) yield break;
        if (task.HasRaw) yield return new CommandAnswer("verify all files", $"nnunet verify {task.Task}");
        if (task.HasRaw && (!task.HasFingerprint || task.Plans.Count == 0)) yield return new CommandAnswer("measure, plan and preprocess", $"nnUNet_plan_and_preprocess -t {task.Task}");
    }

    private T? Get<T>(FileCache<T> cache, string folder, string file, List<string> faults)
        where T : class
    {
        string path = Path.Combine(folder, file);
        FileContent<T> content = cache.Get(path, files.Places.Relative(path) ?? file);
        if (content.Fault is { } fault) faults.Add(fault);
        return content.Value;
    }

    /// <summary>The plans of nnU-Net v2 as their own numbers: its planners' reasons are not told again here.</summary>
    private static PlanAnswer ReadVersion2(string path, string name)
    {
        using JsonDocument document = JsonDocument.Parse(PythonJson.Clean(LiveFile.ReadText(path, name)));
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("configurations", out JsonElement configurations) || configurations.ValueKind != JsonValueKind.Object)
        {
            throw new DescribedException(name, "it has no configurations, as plans of nnU-Net v2 have", "make the plan anew");
        }

        return new PlanAnswer(
            Path.GetFileNameWithoutExtension(path),
            Path.GetFileName(path),
            [.. document.RootElement.EnumerateObject().Where(static p => p.Name is "image_reader_writer" or "transpose_forward" or "experiment_planner_used").Select(Choice)],
            [
                .. configurations.EnumerateObject().Where(static c => c.Value.ValueKind == JsonValueKind.Object).Select(static c => new PlanStage(
                    [c.Name], [.. c.Value.EnumerateObject().Where(static p => p.Value.ValueKind != JsonValueKind.Object).Select(Choice)])),
            ]);

        static PlanChoice Choice(JsonProperty property) => new(property.Name.Replace('_', ' '), property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText(), "");
    }
}
