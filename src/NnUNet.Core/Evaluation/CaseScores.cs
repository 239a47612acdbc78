using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Cases;

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

    /// <summary>Metric values by structure (the label's value as text, or a region's name) and metric name.</summary>
    public required SortedDictionary<string, SortedDictionary<string, double>> Labels { get; init; }
}

internal sealed class CaseScoresConverter : JsonConverter<CaseScores>
{
    private const string ReferenceKey = "reference";
    private const string TestKey = "test";

    public override CaseScores Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("the scores of a case are an object");
        string? reference = null, test = null;
        SortedDictionary<string, SortedDictionary<string, double>> labels = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            switch (key)
            {
                case ReferenceKey: reference = reader.GetString(); break;
                case TestKey: test = reader.GetString(); break;
                default: labels[key] = JsonSerializer.Deserialize<SortedDictionary<string, double>>(ref reader, options)!; break;
            }
        }

        return new CaseScores { Reference = reference, Test = test, Labels = labels };
    }

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
