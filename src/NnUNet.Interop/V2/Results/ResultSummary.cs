using System.Text.Json.Nodes;
using NnUNet.Core.Cases;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Interop.V2.Results;

/// <summary>Scores of a folder of segmentations in v2's <c>summary.json</c>.</summary>
/// <remarks>
/// Of each case the counts are kept, from which all metrics follow. Source: nnunetv2/evaluation/evaluate_predictions.py. Unlike there,
/// segmentations that lie at another place than their reference are refused, not only those of another shape.
/// </remarks>
internal sealed record ResultSummary
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "summary.json";

    /// <summary>The keys of the structures: <c>1</c>, <c>(1, 2)</c>.</summary>
    public required IReadOnlyList<string> Structures { get; init; }

    /// <summary>The files of each case as they were given.</summary>
    public required IReadOnlyList<SegmentationPair> Cases { get; init; }

    /// <summary>The counts of each case in the order of the structures.</summary>
    public required IReadOnlyList<ConfusionCounts[]> Counts { get; init; }

    /// <summary>The means.</summary>
    public SummaryMeans Means => SummaryMeans.Of(Structures, Counts);

    /// <summary>Scores segmentations.</summary>
    /// <param name="pairs">Segmentations and references.</param>
    /// <param name="structures">What is scored.</param>
    /// <param name="ignored">The label of the reference that counts nowhere; null for none.</param>
    /// <param name="loop">How many at a time.</param>
    /// <param name="change">Changes a segmentation before it is scored; null for nothing.</param>
    /// <param name="step">What is done, for people.</param>
    /// <exception cref="DescribedException">Files cannot be read or do not fit: one report for all.</exception>
    public static ResultSummary Of(
        IReadOnlyList<SegmentationPair> pairs,
        IReadOnlyList<ComponentRegion> structures,
        int? ignored,
        SegmentationLoop loop,
        Action<int, Volume<short>>? change = null,
        string step = "evaluating")
    {
        EvaluationLabel[] labels = [.. structures.Select(ResultLabels.Scored).DistinctBy(static l => l.Name)];
        ConfusionCounts[][] counts = loop.Run(step, [.. pairs.Select(static p => p.Prediction)], i => SegmentationLoop.Bytes(pairs[i].Prediction, pairs[i].Reference), i =>
        {
            (Volume<short> prediction, Volume<short> reference) = (ImageFile.ReadLabels(pairs[i].Prediction), ImageFile.ReadLabels(pairs[i].Reference));
            if (CaseEvaluator.Mismatch(prediction, reference, checkGeometry: true) is { } mismatch)
            {
                throw new DescribedException(pairs[i].Prediction, mismatch, $"compare with the segmentation of the same image, not {pairs[i].Reference}");
            }

            change?.Invoke(i, prediction);
            ConfusionMatrix matrix = new(prediction, reference);
            return labels.Select(label => matrix.Of(label, ignored)).ToArray();
        });
        return new ResultSummary { Structures = [.. labels.Select(static l => l.Name)], Cases = pairs, Counts = counts };
    }

    /// <summary>The segmentations of a folder with the references of the same names.</summary>
    /// <param name="references">The folder of the references.</param>
    /// <param name="predictions">The folder of the segmentations.</param>
    /// <param name="ending">The ending of both.</param>
    /// <param name="complete">Whether every reference must have a segmentation.</param>
    /// <exception cref="DescribedException">A folder is missing or has no such file, or files have no partner.</exception>
    public static IReadOnlyList<SegmentationPair> Pairs(string references, string predictions, string ending, bool complete)
    {
        IReadOnlyList<string> segmentations = Files(predictions, ending), truths = Files(references, ending);
        HashSet<string> known = [.. truths];
        string[] alone = [.. segmentations.Where(s => !known.Contains(s))];
        if (alone.Length > 0) throw new DescribedException(predictions, $"{Named(alone)} {(alone.Length == 1 ? "has" : "have")} no reference in {references}", "add the references, or remove these files");

        string[] missing = complete ? [.. truths.Except(segmentations, StringComparer.Ordinal)] : [];
        if (missing.Length > 0) throw new DescribedException(predictions, $"{Named(missing)} of {references} {(missing.Length == 1 ? "has" : "have")} no segmentation here", "predict them too, or give --chill to score what there is");
        return [.. segmentations.Select(s => new SegmentationPair(Path.Combine(predictions, s), Path.Combine(references, s)))];
    }

    /// <summary>The names of a folder's files of an ending, in ordinal order.</summary>
    /// <exception cref="DescribedException">There is no such folder, or none of these files.</exception>
    public static IReadOnlyList<string> Files(string folder, string ending)
    {
        if (!Directory.Exists(folder)) throw new DescribedException(folder, "there is no such folder", "check the path");
        string[] files = [.. VisibleFiles.In(folder, "*" + ending).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw OtherContents.Error(folder, $"there is no segmentation {ending}", "give the folder of the segmentations, and the dataset.json that names their ending");
    }

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="recorded">The folder that the file names for the segmentations; null for where they are.</param>
    public void Write(string path, string? recorded = null) => PythonJsonText.Write(path, ToNode(recorded));

    /// <summary>What the file says.</summary>
    internal JsonObject ToNode(string? recorded = null)
    {
        (JsonObject foreground, JsonObject mean) = Means.ToNodes();
        return new JsonObject
        {
            ["foreground_mean"] = foreground,
            ["mean"] = mean,
            ["metric_per_case"] = new JsonArray([.. Cases.Select((pair, i) => new JsonObject
            {
                ["metrics"] = new JsonObject(Structures.Select((key, s) => KeyValuePair.Create(key, (JsonNode?)Metrics(Counts[i][s])))),
                ["prediction_file"] = recorded is null ? pair.Prediction : Path.Combine(recorded, Path.GetFileName(pair.Prediction)),
                ["reference_file"] = pair.Reference,
            })]),
        };
    }

    private static JsonObject Metrics(ConfusionCounts counts) => new(SummaryMeans.Metrics.Select(
        m => KeyValuePair.Create(m.Name, (JsonNode?)(m.IsCount ? JsonValue.Create((long)m.Of(counts)) : JsonValue.Create(m.Of(counts))))));

    private static string Named(string[] names) => names.Length == 1 ? names[0] : $"{names.Length} files, the first is {names[0]},";
}
