using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2;

/// <summary>Reads a network's arguments and collects what is wrong with them; after a fault it goes on with any value.</summary>
/// <param name="json">The arguments.</param>
internal sealed class ArgumentReader(JsonObject json)
{
    private string _prefix = "";

    /// <summary>What is wrong, each in one sentence.</summary>
    public List<string> Faults { get; private init; } = [];

    /// <summary>Whether a key has a value; null is none.</summary>
    public bool Has(string key) => json[key] is not null;

    /// <summary>Adds a fault where there are keys that are not known: a network is its arguments.</summary>
    public void CheckKeys(string[] known)
    {
        string[] unknown = [.. json.Select(static p => p.Key).Except(known, StringComparer.Ordinal)];
        if (unknown.Length > 0) Faults.Add($"{string.Join(", ", unknown.Select(k => _prefix + k))} {(unknown.Length == 1 ? "is" : "are")} not known");
    }

    /// <summary>The arguments under a key; none where it is missing or null.</summary>
    public ArgumentReader Within(string key)
    {
        if (json[key] is { } found and not JsonObject) Faults.Add($"{_prefix}{key} is {found.ToJsonString()}, but must be an object");
        return new ArgumentReader(json[key] as JsonObject ?? []) { Faults = Faults, _prefix = $"{_prefix}{key}." };
    }

    /// <summary>A whole number within bounds.</summary>
    public int Integer(string key, int least, int most) => Integer(_prefix + key, json[key], least, most);

    /// <summary>A number for each stage, or one for all.</summary>
    public ValueArray<int> PerStage(string key, int stages, int least, int most) =>
        Entries(key, stages).Select(e => Integer(_prefix + key, e, least, most)).ToValueArray();

    /// <summary>A number for each stage and axis; a stage's numbers, or all, may be one.</summary>
    public ValueArray<ValueArray<int>> PerStageAndAxis(string key, int stages, int axes, int least, int most) =>
        Entries(key, stages).Select(stage => OfStage(_prefix + key, stage, axes).Select(n => Integer(_prefix + key, n, least, most)).ToValueArray()).ToValueArray();

    /// <summary>True or false.</summary>
    public bool Flag(string key, bool standard)
    {
        if (json[key] is not { } found) return standard;
        if (found.GetValueKind() is JsonValueKind.True or JsonValueKind.False) return found.GetValue<bool>();
        Faults.Add($"{_prefix}{key} is {found.ToJsonString()}, but must be true or false");
        return standard;
    }

    /// <summary>A number.</summary>
    public double Number(string key, double standard)
    {
        if (json[key] is not { } found) return standard;
        if (ToDouble(found) is { } number) return number;
        Faults.Add($"{_prefix}{key} is {found.ToJsonString()}, but must be a number");
        return standard;
    }

    /// <summary>A text; null where there is none.</summary>
    public string? Text(string key)
    {
        if (json[key] is not { } found) return null;
        if (found.GetValueKind() == JsonValueKind.String) return found.GetValue<string>();
        Faults.Add($"{_prefix}{key} is {found.ToJsonString()}, but must be a text");
        return null;
    }

    /// <summary>The last component of a class's name; null where there is none.</summary>
    public string? ClassName(string key) => Text(key) is { } name ? V2NetworkArguments.LastComponent(name) : null;

    private IEnumerable<JsonNode?> Entries(string key, int stages)
    {
        if (json[key] is not JsonArray list) return Enumerable.Repeat(json[key], Math.Max(stages, 0));
        if (list.Count != stages && stages > 0) Faults.Add($"{_prefix}{key} has {list.Count} entries, but there are {stages} stages of it");
        return list;
    }

    private JsonNode?[] OfStage(string name, JsonNode? stage, int axes)
    {
        if (stage is not JsonArray list) return [.. Enumerable.Repeat(stage, axes)];
        if (list.Count != axes && axes > 0) Faults.Add($"{name} has a stage {list.ToJsonString()} of {list.Count} values, but conv_op has {axes} axes");
        return [.. list];
    }

    private int Integer(string name, JsonNode? found, int least, int most)
    {
        if (found is not null && ToDouble(found) is { } number && number == Math.Floor(number) && number >= least && number <= most) return (int)number;
        string fault = found is null ? $"{name} is missing" : $"{name} is {found.ToJsonString()}, but must be a whole number from {least} to {most}";
        if (!Faults.Contains(fault)) Faults.Add(fault);
        return least;
    }

    private static double? ToDouble(JsonNode node) =>
        node.GetValueKind() == JsonValueKind.Number && node.Deserialize<double>() is var number && double.IsFinite(number) ? number : null;
}
