using System.Text;
using System.Text.Json;
using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Web.Dashboard.Places;

namespace NnUNet.Web.Dashboard.Scores;

/// <summary>The scores of cases from a <c>summary.json</c> of either generation, or of the Python originals, as far as the pages show them.</summary>
/// <remarks>
/// Files of ten thousand cases are read in one pass, without the checks of those who compute with them. Source of the second generation's
/// keys: nnunetv2/evaluation/evaluate_predictions.py, compute_metrics_on_folder.
/// </remarks>
/// <param name="Structures">The structures that are scored, as the file names them: labels in ascending order, then regions.</param>
/// <param name="Regions">How many of them, at the end, are regions; where there are any, these are what segmentations are judged by.</param>
/// <param name="Cases">The cases in the file's order.</param>
internal sealed record ScoreFile(IReadOnlyList<string> Structures, int Regions, IReadOnlyList<CaseRow> Cases)
{
    /// <summary>The metrics that are kept, in the order of <see cref="CaseRow.Values"/>.</summary>
    public static readonly IReadOnlyList<string> Metrics =
        ["Dice", "Normalized Surface Dice", "Hausdorff Distance 95", "Avg. Surface Distance", "Precision", "Recall", "Total Positives Reference", "Total Positives Test"];

    /// <summary>The place of the Dice among the metrics.</summary>
    public const int Dice = 0;

    /// <summary>The place of the reference's voxels among the metrics.</summary>
    public const int ReferenceVoxels = 6;

    /// <summary>The metrics' names in files, those of the second generation too.</summary>
    private static readonly (byte[] Name, int Place)[] Names = [.. Metrics.Select(static (m, i) => (Encoding.UTF8.GetBytes(m), i)), ("n_ref"u8.ToArray(), ReferenceVoxels), ("n_pred"u8.ToArray(), ReferenceVoxels + 1)];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <exception cref="DescribedException">It cannot be read, or holds no scores.</exception>
    public static ScoreFile Read(string path, string name)
    {
        try
        {
            using JsonDocument document = Parsed(LiveFile.ReadBytes(path, name));
            List<(string Case, string Prediction, Dictionary<string, double[]> Scores)> rows = Rows(document.RootElement);
            HashSet<string> regions = [.. Member(document.RootElement, "regions", "all") is { ValueKind: JsonValueKind.Array } all ? all.EnumerateArray().SelectMany(StructuresOf) : []];
            string[] structures =
            [
                .. rows.SelectMany(static r => r.Scores.Keys).Distinct(StringComparer.Ordinal).Where(static s => s is not ("0" or "mean"))
                    .OrderBy(regions.Contains).ThenBy(static s => int.TryParse(s, out int label) ? label : int.MaxValue).ThenBy(static s => s, StringComparer.Ordinal),
            ];
            return new ScoreFile(structures, structures.Count(regions.Contains), [.. rows.Select(r => new CaseRow(r.Case, r.Prediction, [.. structures.Select(s => r.Scores.GetValueOrDefault(s) ?? Undefined())]))]);
        }
        catch (JsonException e)
        {
            throw new DescribedException(name, $"it is not JSON ({e.Message.TrimEnd('.')})", "validate the fold again (nnUNet_train … -val), which writes it anew", e);
        }
    }

    /// <summary>The tree of a file; bare NaN, which Python writes, is no JSON, and its files are read more slowly.</summary>
    private static JsonDocument Parsed(byte[] bytes)
    {
        JsonDocumentOptions options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
        ReadOnlySpan<byte> text = bytes;
        bool isPlain = !text.StartsWith("\uFEFF"u8) && text.IndexOf("NaN"u8) < 0 && text.IndexOf("Infinity"u8) < 0;
        return isPlain ? JsonDocument.Parse(bytes, options) : JsonDocument.Parse(PythonJson.Clean(Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF')), options);
    }

    private static List<(string Case, string Prediction, Dictionary<string, double[]> Scores)> Rows(JsonElement root)
    {
        if (Member(root, "metric_per_case") is { ValueKind: JsonValueKind.Array } second)
        {
            return [.. second.EnumerateArray().Select(static row => Row(row, "prediction_file", row.TryGetProperty("metrics", out JsonElement metrics) ? metrics : default))];
        }

        if (Member(root, "results", "all") is not { ValueKind: JsonValueKind.Array } first)
        {
            throw new JsonException("there is neither results.all nor metric_per_case in it");
        }

        List<(string Case, string Prediction, Dictionary<string, double[]> Scores)> rows = [.. first.EnumerateArray().Select(static row => Row(row, "test", row))];
        if (Member(root, "regions", "all") is not { ValueKind: JsonValueKind.Array } regions) return rows;
        foreach ((int i, JsonElement region) in regions.EnumerateArray().Index())
        {
            if (i >= rows.Count) break;
            foreach ((string structure, double[] scores) in Row(region, "test", region).Scores) rows[i].Scores[structure] = scores;
        }

        return rows;
    }

    private static (string Case, string Prediction, Dictionary<string, double[]> Scores) Row(JsonElement row, string fileKey, JsonElement metrics)
    {
        string file = row.ValueKind == JsonValueKind.Object && row.TryGetProperty(fileKey, out JsonElement named) && named.ValueKind == JsonValueKind.String ? FileName(named.GetString()!) : "";
        Dictionary<string, double[]> scores = new(StringComparer.Ordinal);
        if (metrics.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty structure in metrics.EnumerateObject())
            {
                if (structure.Value.ValueKind == JsonValueKind.Object) scores[structure.Name] = ValuesOf(structure.Value);
            }
        }

        return (file.Length == 0 ? "" : CaseName.Of(file), file, scores);
    }

    private static double[] ValuesOf(JsonElement metrics)
    {
        double[] values = Undefined();
        foreach (JsonProperty metric in metrics.EnumerateObject())
        {
            if (metric.Value.ValueKind == JsonValueKind.Number && IndexOf(metric) is >= 0 and var place) values[place] = metric.Value.GetDouble();
        }

        return values;
    }

    /// <summary>The place of a metric, compared as it stands in the file: a large file has a million names.</summary>
    private static int IndexOf(JsonProperty metric)
    {
        foreach ((byte[] name, int place) in Names)
        {
            if (metric.NameEquals(name)) return place;
        }

        return -1;
    }

    private static double[] Undefined()
    {
        double[] values = new double[Metrics.Count];
        Array.Fill(values, double.NaN);
        return values;
    }

    private static IEnumerable<string> StructuresOf(JsonElement row) => row.ValueKind == JsonValueKind.Object ? row.EnumerateObject().Where(static p => p.Value.ValueKind == JsonValueKind.Object).Select(static p => p.Name) : [];

    private static JsonElement Member(JsonElement root, params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(key, out root)) return default;
        }

        return root;
    }

    /// <summary>The name of a file that was written on any system.</summary>
    private static string FileName(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
}

/// <summary>The scores of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Prediction">The name of the segmentation's file; empty where that is not told.</param>
/// <param name="Values">For each structure its metrics, NaN where one is undefined.</param>
internal sealed record CaseRow(string Case, string Prediction, IReadOnlyList<double[]> Values);
