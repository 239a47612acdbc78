using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Core.Evaluation;

/// <summary>The scores of one case: metric values by metric name, by structure.</summary>
/// <remarks>In JSON an object with one key per structure and the keys reference and test, in ordinal order, as the original writes it.</remarks>
[JsonConverter(typeof(CaseScoresConverter))]
public sealed record CaseScores
{
    /// <summary>The reference's path as it was given; null where volumes were compared.</summary>
    public string? Reference { get; init; }

    /// <summary>The prediction's path as it was given; null where volumes were compared.</summary>
    public string? Test { get; init; }

    /// <summary>The case's name: the file name without folder and ending; empty where volumes were compared.</summary>
    public string CaseId => CaseName.Of(Test ?? Reference ?? "");

    /// <summary>Labels that occur in the prediction or the reference, but belong to no structure that was scored; known right after an evaluation only.</summary>
    public ValueArray<int> NotScored { get; init; }

    /// <summary>Those of the structures that are regions of the data set; known right after an evaluation only.</summary>
    public ValueArray<LabelRegion> Regions { get; init; }

    /// <summary>Metric values by structure (the label's value as text, or a region's name) and metric name.</summary>
    public required SortedDictionary<string, SortedDictionary<string, double>> Labels { get; init; }

    /// <summary>The scores of some structures alone.</summary>
    /// <param name="wanted">Whether a structure is one of them, by its key.</param>
    internal CaseScores Of(Func<string, bool> wanted) => this with { Labels = new(Labels.Where(l => wanted(l.Key)).ToDictionary(), StringComparer.Ordinal), Regions = [] };
}

internal sealed class CaseScoresConverter : JsonConverter<CaseScores>
{
    private const string ReferenceKey = "reference";
    private const string TestKey = "test";

    public override bool HandleNull => true;

    public override CaseScores Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonObject node = JsonNode.Parse(ref reader) as JsonObject ?? throw new JsonRefusal("must be an object with the scores of a case");
        SortedDictionary<string, SortedDictionary<string, double>> labels = new(StringComparer.Ordinal);
        foreach ((string key, JsonNode? value) in node.Where(static m => m.Key is not (ReferenceKey or TestKey)))
        {
            SortedDictionary<string, double>? scores = ProductJson.TryRead<SortedDictionary<string, double>>(value, out IReadOnlyList<string> faults);
            labels[key] = scores ?? throw new JsonRefusal($"{key} must be an object of numbers by the names of metrics ({faults[0]})");
        }

        return new CaseScores { Reference = Path(node, ReferenceKey), Test = Path(node, TestKey), Labels = labels };
    }

    private static string? Path(JsonObject node, string key) => node[key] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => (string)value!,
        _ => throw new JsonRefusal($"{key} must be the path of a file"),
    };

    public override void Write(Utf8JsonWriter writer, CaseScores value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        SortedSet<string> keys = new(value.Labels.Keys, StringComparer.Ordinal);
        if (value.Reference is not null) keys.Add(ReferenceKey);
        if (value.Test is not null) keys.Add(TestKey);
        foreach (string key in keys)
        {
            if (value.Labels.TryGetValue(key, out SortedDictionary<string, double>? scores))
            {
                writer.WritePropertyName(key);
                JsonSerializer.Serialize(writer, scores, options);
            }
            else
            {
                writer.WriteString(key, key == ReferenceKey ? value.Reference : value.Test);
            }
        }

        writer.WriteEndObject();
    }
}
