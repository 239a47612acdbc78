using System.Text.Json.Nodes;

namespace NnUNet.Core.Tests.Evaluation;

/// <summary>The recorded metrics: a number, or the word NaN.</summary>
internal static class GoldenMetrics
{
    public static JsonNode Index() => JsonNode.Parse(File.ReadAllText(NnUNet.Testing.TestData.Golden("evaluation/index.json")))!;

    public static JsonNode Case(string name) => Index()["cases"]!.AsArray().Single(c => (string)c!["name"]! == name)!;

    /// <summary>Metric values by label and metric name.</summary>
    public static SortedDictionary<string, SortedDictionary<string, double>> Read(JsonNode labels)
    {
        SortedDictionary<string, SortedDictionary<string, double>> metrics = new(StringComparer.Ordinal);
        foreach ((string label, JsonNode? values) in labels.AsObject())
        {
            metrics[label] = new SortedDictionary<string, double>(values!.AsObject().ToDictionary(static v => v.Key, static v => Number(v.Value)), StringComparer.Ordinal);
        }

        return metrics;
    }

    private static double Number(JsonNode? value) => value is null || value.GetValueKind() == System.Text.Json.JsonValueKind.String ? double.NaN : (double)value;
}
