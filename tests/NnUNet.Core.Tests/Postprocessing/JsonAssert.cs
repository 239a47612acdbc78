using System.Text.Json;
using System.Text.Json.Nodes;

namespace NnUNet.Core.Tests.Postprocessing;

/// <summary>Compares JSON trees: numbers within a tolerance, all else exactly, in any order of keys.</summary>
internal static class JsonAssert
{
    /// <summary>Fails at the first difference and says where it is.</summary>
    public static void Close(JsonNode? expected, JsonNode? actual, double tolerance, string where = "$")
    {
        switch (expected)
        {
            case JsonObject right:
                JsonObject given = Assert.IsType<JsonObject>(actual);
                Assert.Equal(right.Select(static p => p.Key).Order(StringComparer.Ordinal), given.Select(static p => p.Key).Order(StringComparer.Ordinal));
                foreach ((string key, JsonNode? value) in right) Close(value, given[key], tolerance, $"{where}.{key}");
                break;
            case JsonArray right:
                JsonArray items = Assert.IsType<JsonArray>(actual);
                Assert.True(right.Count == items.Count, $"{where} has {items.Count} entries, expected {right.Count}");
                for (int i = 0; i < right.Count; i++) Close(right[i], items[i], tolerance, $"{where}[{i}]");
                break;
            case JsonValue right when right.GetValueKind() == JsonValueKind.Number:
                Assert.True(actual?.GetValueKind() == JsonValueKind.Number, $"{where} is {actual?.ToJsonString() ?? "null"}, expected {right}");
                double difference = Math.Abs((double)right - (double)actual!);
                Assert.True(difference <= tolerance, $"{where} is {actual}, expected {right}");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{where} is {actual?.ToJsonString() ?? "null"}, expected {expected?.ToJsonString() ?? "null"}");
                break;
        }
    }
}
