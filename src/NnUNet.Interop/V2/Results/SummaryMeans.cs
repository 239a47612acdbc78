using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2.Results;

/// <summary>The means in v2's <c>summary.json</c>: by metric, of each structure and of all of them.</summary>
internal sealed record SummaryMeans
{
    /// <summary>The metric that decides.</summary>
    public const string Dice = "Dice";

    /// <summary>The metrics that v2 computes, with how each is computed of counts.</summary>
    internal static readonly (string Name, Func<ConfusionCounts, double> Of, bool IsCount)[] Metrics =
    [
        (Dice, static c => Ratio(2 * c.TruePositives, (2 * c.TruePositives) + c.FalsePositives + c.FalseNegatives), false),
        ("IoU", static c => Ratio(c.TruePositives, c.TruePositives + c.FalsePositives + c.FalseNegatives), false),
        ("FP", static c => c.FalsePositives, true),
        ("TP", static c => c.TruePositives, true),
        ("FN", static c => c.FalseNegatives, true),
        ("TN", static c => c.TrueNegatives, true),
        ("n_pred", static c => c.Predicted, true),
        ("n_ref", static c => c.Reference, true),
    ];

    /// <summary>The means over the cases by structure and metric; NaN where a metric is defined in no case.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Mean { get; init; }

    /// <summary>The means over the structures, the background left out; NaN where one of them has none.</summary>
    public required IReadOnlyDictionary<string, double> Foreground { get; init; }

    /// <summary>The mean Dice of all structures.</summary>
    public double ForegroundDice => Foreground.GetValueOrDefault(Dice, double.NaN);

    /// <summary>The mean Dice of a structure; NaN where it has none.</summary>
    public double DiceOf(string structure) => Mean.TryGetValue(structure, out IReadOnlyDictionary<string, double>? scores) ? scores.GetValueOrDefault(Dice, double.NaN) : double.NaN;

    /// <summary>The means of cases' counts.</summary>
    /// <param name="structures">The keys of the structures.</param>
    /// <param name="cases">The counts of each case, in the order of the structures.</param>
    public static SummaryMeans Of(IReadOnlyList<string> structures, IReadOnlyList<ConfusionCounts[]> cases)
    {
        Dictionary<string, IReadOnlyDictionary<string, double>> mean = new(StringComparer.Ordinal);
        for (int s = 0; s < structures.Count; s++)
        {
            mean[structures[s]] = Metrics.ToDictionary(static m => m.Name, m => NumpyMeans.MeanOfDefined([.. cases.Select(c => m.Of(c[s]))]), StringComparer.Ordinal);
        }

        string[] foreground = [.. structures.Where(static s => s != "0")];
        return new SummaryMeans
        {
            Mean = mean,
            Foreground = Metrics.ToDictionary(static m => m.Name, m => NumpyMeans.Mean([.. foreground.Select(s => mean[s][m.Name])]), StringComparer.Ordinal),
        };
    }

    /// <summary>Reads the means of a file.</summary>
    /// <exception cref="DescribedException">The file is missing or damaged, or is no summary of v2.</exception>
    public static SummaryMeans Read(string path)
    {
        JsonObject? root = JsonTree.Read(path) as JsonObject;
        if (root?["mean"] is not JsonObject mean || root["foreground_mean"] is not JsonObject foreground)
        {
            throw new DescribedException(path, "this is no summary of nnU-Net v2: mean or foreground_mean is missing", "evaluate the folder again (nnUNetv2_evaluate_folder)");
        }

        return new SummaryMeans
        {
            Mean = mean.ToDictionary(static m => m.Key, m => (IReadOnlyDictionary<string, double>)Scores(path, m.Key, m.Value), StringComparer.Ordinal),
            Foreground = Scores(path, "foreground_mean", foreground),
        };
    }

    /// <summary>The two parts as v2's files have them.</summary>
    public (JsonObject Foreground, JsonObject Mean) ToNodes() =>
        (Node(Foreground), new JsonObject(Mean.Select(static m => KeyValuePair.Create(m.Key, (JsonNode?)Node(m.Value)))));

    private static JsonObject Node(IReadOnlyDictionary<string, double> scores) => new(scores.Select(static s => KeyValuePair.Create(s.Key, (JsonNode?)JsonValue.Create(s.Value))));

    private static Dictionary<string, double> Scores(string path, string key, JsonNode? node)
    {
        if (node is not JsonObject scores || scores.Any(static s => s.Value is not null && s.Value.GetValueKind() != JsonValueKind.Number))
        {
            throw new DescribedException(path, $"{key} is {JsonShape.Short(node)}, but must have numbers by metric", "evaluate the folder again (nnUNetv2_evaluate_folder)");
        }

        return scores.ToDictionary(static s => s.Key, static s => s.Value is null ? double.NaN : s.Value.GetValue<double>(), StringComparer.Ordinal);
    }

    private static double Ratio(long part, long whole) => whole == 0 ? double.NaN : (double)part / whole;
}
