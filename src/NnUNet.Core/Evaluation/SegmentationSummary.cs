using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Core.Evaluation;

/// <summary>The scores of a set of segmentations: <c>summary.json</c> with the original's keys.</summary>
/// <remarks>
/// Source: nnunet/evaluation/evaluator.py, aggregate_scores. Regions have a key of their own, since the original's readers take every
/// key of the results for a label's number. Three differences: <see cref="Timestamp"/> is always empty, and so
/// the same segmentations give the same bytes and <see cref="Id"/>; <see cref="Author"/> is empty unless a program gives one; undefined values are written as null (the original
/// writes bare NaN, which is not JSON; both are read).
/// </remarks>
public sealed record SegmentationSummary
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "summary.json";

    /// <summary>The key of a mean over structures among their means.</summary>
    internal const string MeanKey = "mean";

    private const string BackgroundKey = "0";

    /// <summary>Who made it; the original's files have a first name here that says nothing about who did.</summary>
    [JsonPropertyName("author")]
    public string Author { get; init; } = "";

    /// <summary>Free text.</summary>
    [JsonPropertyName("description")]
    public string Description { get; init; } = "";

    /// <summary>Twelve hexadecimal digits that stand for the content.</summary>
    [JsonPropertyName("id")]
    public string Id { get; init; } = "";

    /// <summary>What was scored, such as the trainer and fold.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    /// <summary>The scores of regions; null, and not in the file, where there are none.</summary>
    [JsonPropertyName("regions")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RegionResults? Regions { get; init; }

    /// <summary>The scores of labels.</summary>
    [JsonPropertyName("results")]
    public required SummaryResults Results { get; init; }

    /// <summary>The tolerances of Normalized Surface Dice in millimetres by structure; null, and not in the file, where it was not computed.</summary>
    [JsonPropertyName("surface_tolerance_mm")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, double>? SurfaceTolerances { get; init; }

    /// <summary>The task's name.</summary>
    [JsonPropertyName("task")]
    public string Task { get; init; } = "";

    /// <summary>Empty in files of this product; the original's files say when they were written.</summary>
    [JsonPropertyName("timestamp")]
    public string Timestamp { get; init; } = "";

    /// <summary>Keys that this version does not use.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>File names of references for which there was no prediction; known right after an evaluation only.</summary>
    [JsonIgnore]
    public ValueArray<string> MissingPredictions { get; init; }

    /// <summary>Labels that occur, but belong to no structure that was scored; known right after an evaluation only.</summary>
    [JsonIgnore]
    public ValueArray<NotScoredLabel> NotScored { get; init; }

    /// <summary>Summarises cases: the mean of each metric over all cases in which it is defined.</summary>
    public static SegmentationSummary From(IReadOnlyList<CaseScores> cases, EvaluationOptions options)
    {
        LabelRegion[] regions = [.. cases.SelectMany(static c => c.Regions).Distinct()];
        HashSet<string> names = [.. regions.Select(static r => r.Name)];
        SegmentationSummary summary = new()
        {
            Author = options.Author,
            Description = options.Description,
            Name = options.Name,
            Regions = regions.Length == 0 ? null : RegionResults.Of(regions.ToValueArray(), ResultsOf(cases, names.Contains)),
            SurfaceTolerances = Tolerances(cases, options),
            Task = options.Task,
            Results = ResultsOf(cases, name => !names.Contains(name)),
        };
        byte[] content = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(summary, ProductJson.Options));
        return summary with
        {
            Id = Convert.ToHexStringLower(SHA256.HashData(content))[..12],
            NotScored = cases.SelectMany(static c => c.NotScored.Select(label => (Label: label, c.CaseId))).GroupBy(static c => c.Label)
                .Select(static g => new NotScoredLabel(g.Key, g.Count(), g.First().CaseId)).OrderBy(static l => l.Label).ToValueArray(),
        };
    }

    /// <summary>Reads a file of this product or of the original.</summary>
    /// <exception cref="DescribedException">The file is missing or is no summary.</exception>
    public static SegmentationSummary Read(string path) => ProductJson.Read<SegmentationSummary>(path);

    /// <summary>Writes the file.</summary>
    public void Write(string path) => ProductJson.Write(path, this);

    /// <summary>The scores of labels and regions together.</summary>
    [JsonIgnore]
    public SummaryResults Structures => Regions is not { } regions ? Results : new SummaryResults
    {
        All = Results.All.Zip(regions.All, static (labels, region) => labels with { Labels = new(labels.Labels.Concat(region.Labels).ToDictionary(), StringComparer.Ordinal) }).ToValueArray(),
        Mean = new(regions.Mean.Where(static m => m.Key != MeanKey).Concat(Results.Mean).ToDictionary(), StringComparer.Ordinal),
    };

    /// <summary>The structures by which the segmentations are judged: the regions where there are any, else the foreground labels in ascending order.</summary>
    [JsonIgnore]
    public IReadOnlyList<EvaluationLabel> Judged => Regions is { } regions ? [.. regions.Definition.Select(EvaluationLabel.Of)] : EvaluationLabel.From(ForegroundLabels);

    /// <summary>All structures that are scored but the background: the foreground labels in ascending order, then the regions.</summary>
    [JsonIgnore]
    public IReadOnlyList<EvaluationLabel> Scored => [.. EvaluationLabel.From(ForegroundLabels), .. Regions is null ? [] : Judged];

    /// <summary>The foreground labels that are scored, in ascending order.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> ForegroundLabels => [.. Results.Mean.Keys
        .Select(static key => int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int label) ? label : 0)
        .Where(static label => label != 0)
        .Order()];

    /// <summary>The mean over all cases of one metric of one structure, a label or a region; NaN where it is not known.</summary>
    public double Mean(string label, string metric = "Dice")
    {
        SortedDictionary<string, double>? scores = Results.Mean.GetValueOrDefault(label) ?? Regions?.Mean.GetValueOrDefault(label);
        return scores is not null && scores.TryGetValue(metric, out double value) ? value : double.NaN;
    }

    /// <summary>The mean over the foreground structures of one metric's mean over all cases: over the regions where there are any, else over the labels.</summary>
    /// <remarks>Structures whose mean is undefined are left out; NaN where none is defined.</remarks>
    public double ForegroundMean(string metric = "Dice") => MeanOf(Regions?.Mean ?? Results.Mean, metric);

    /// <summary>The mean of a metric over a table's foreground structures (all keys but "0" and "mean").</summary>
    internal static double MeanOf(SortedDictionary<string, SortedDictionary<string, double>> means, string metric) =>
        Averages.Mean(means.Where(static m => m.Key is not (BackgroundKey or MeanKey)).Select(m => m.Value.TryGetValue(metric, out double value) ? value : double.NaN));

    private static SummaryResults ResultsOf(IReadOnlyList<CaseScores> cases, Func<string, bool> wanted)
    {
        CaseScores[] scores = [.. cases.Select(c => c.Of(wanted))];
        return new SummaryResults { All = scores.ToValueArray(), Mean = Means(scores) };
    }

    private static SortedDictionary<string, double>? Tolerances(IReadOnlyList<CaseScores> cases, EvaluationOptions options)
    {
        SortedDictionary<string, double> tolerances = new(StringComparer.Ordinal);
        foreach ((string label, SortedDictionary<string, double> scores) in cases.SelectMany(static c => c.Labels))
        {
            if (scores.ContainsKey(NormalizedSurfaceDiceMetric.Name)) tolerances[label] = options.ToleranceOf(label);
        }

        return tolerances.Count == 0 ? null : tolerances;
    }

    private static SortedDictionary<string, SortedDictionary<string, double>> Means(IReadOnlyList<CaseScores> cases)
    {
        SortedDictionary<string, SortedDictionary<string, double>> means = new(StringComparer.Ordinal);
        foreach (IGrouping<(string Label, string Metric), double> values in cases
            .SelectMany(static c => c.Labels.SelectMany(static l => l.Value.Select(m => (Key: (Label: l.Key, Metric: m.Key), m.Value))))
            .GroupBy(static v => v.Key, static v => v.Value))
        {
            if (!means.TryGetValue(values.Key.Label, out SortedDictionary<string, double>? label))
            {
                means[values.Key.Label] = label = new SortedDictionary<string, double>(StringComparer.Ordinal);
            }

            label[values.Key.Metric] = Averages.Mean(values);
        }

        return means;
    }
}

/// <summary>A label that occurs in segmentations that were scored without it.</summary>
/// <param name="Label">The label.</param>
/// <param name="Cases">Cases whose prediction or reference has it.</param>
/// <param name="First">The first of them.</param>
public sealed record NotScoredLabel(int Label, int Cases, string First);

/// <summary>The scores of each case and their means.</summary>
public sealed record SummaryResults
{
    /// <summary>The cases in the order of their file names.</summary>
    [JsonPropertyName("all")]
    public required ValueArray<CaseScores> All { get; init; }

    /// <summary>Means over the cases by structure and metric name; undefined values are left out.</summary>
    [JsonPropertyName("mean")]
    public required SortedDictionary<string, SortedDictionary<string, double>> Mean { get; init; }
}

/// <summary>The scores of regions: of each case, their means, and which labels belong to each.</summary>
public sealed record RegionResults
{
    /// <summary>The cases in the order of their file names.</summary>
    [JsonPropertyName("all")]
    public required ValueArray<CaseScores> All { get; init; }

    /// <summary>The regions in the order of the data set.</summary>
    [JsonPropertyName("definition")]
    public required ValueArray<LabelRegion> Definition { get; init; }

    /// <summary>Means over the cases by region and metric name; undefined values are left out.</summary>
    [JsonPropertyName("mean")]
    public required SortedDictionary<string, SortedDictionary<string, double>> Mean { get; init; }

    /// <summary>Scores of regions.</summary>
    internal static RegionResults Of(ValueArray<LabelRegion> regions, SummaryResults results) => new() { All = results.All, Definition = regions, Mean = results.Mean };
}
