using System.Text.Json.Nodes;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Planning;

/// <summary>Number of compared values and the largest difference of the numbers with a fraction.</summary>
internal readonly record struct Comparison(int Values, double Largest)
{
    public override string ToString() => FormattableString.Invariant($"{Values} values, largest difference {Largest:R}");

    public static Comparison operator +(Comparison a, Comparison b) => new(a.Values + b.Values, Math.Max(a.Largest, b.Largest));
}

/// <summary>Reads recorded plans, and compares ours with them.</summary>
internal static class GoldenPlans
{
    private const double Tolerance = 1e-6;

    /// <summary>What a plan must be equal in, besides plans_per_stage.</summary>
    private static readonly string[] Keys =
    [
        "num_stages", "transpose_forward", "transpose_backward", "normalization_schemes", "use_mask_for_norm",
        "num_classes", "num_modalities", "base_num_features", "conv_per_stage", "data_identifier", "preprocessor_name",
    ];

    public static JsonObject Read(string path) => JsonNode.Parse(PythonJson.Clean(File.ReadAllText(path)))!.AsObject();

    /// <summary>The entry of planner.json with that name.</summary>
    public static JsonObject Dataset(string name) =>
        Read(TestData.Golden("planner.json"))["datasets"]!.AsArray().Select(static d => d!.AsObject()).Single(d => (string?)d["name"] == name);

    /// <summary>The data set of an entry of planner.json, with its number of cases.</summary>
    public static DatasetFingerprint Fingerprint(JsonObject dataset)
    {
        JsonObject properties = dataset["dataset_properties"]!.DeepClone().AsObject();
        properties["num_cases"] = dataset["num_cases"]!.DeepClone();
        return System.Text.Json.JsonSerializer.Deserialize<DatasetFingerprint>(properties, ProductJson.Options)!;
    }

    /// <summary>Every recorded value equals ours; numbers within 1e-6.</summary>
    public static Comparison AssertEqual(JsonObject expected, Plan plan)
    {
        JsonObject actual = ProductJson.ToNode(plan)!.AsObject();
        Comparison sum = default;
        foreach (string key in Keys) sum += AssertEqual(key, expected[key], actual[key]);
        return sum + AssertEqual("plans_per_stage", expected["plans_per_stage"], actual["plans_per_stage"]);
    }

    private static Comparison AssertEqual(string path, JsonNode? expected, JsonNode? actual)
    {
        switch (expected)
        {
            case JsonObject members:
                Comparison ofMembers = default;
                foreach ((string key, JsonNode? value) in members) ofMembers += AssertEqual($"{path}.{key}", value, actual?[key]);
                return ofMembers;
            case JsonArray items:
                Assert.True(actual is JsonArray a && a.Count == items.Count, $"{path}: expected {items.ToJsonString()}, not {actual?.ToJsonString()}");
                Comparison ofItems = default;
                foreach ((int i, JsonNode? item) in items.Index()) ofItems += AssertEqual($"{path}[{i}]", item, actual![i]);
                return ofItems;
            case JsonValue number when number.GetValueKind() == System.Text.Json.JsonValueKind.Number:
                double difference = Math.Abs(number.GetValue<double>() - (actual?.GetValue<double>() ?? double.NaN));
                Assert.True(difference <= Tolerance, $"{path}: expected {number}, not {actual}");
                return new Comparison(1, difference);
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{path}: expected {expected?.ToJsonString()}, not {actual?.ToJsonString()}");
                return new Comparison(1, 0);
        }
    }
}
