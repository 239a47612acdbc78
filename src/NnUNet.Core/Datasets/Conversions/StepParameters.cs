using System.Globalization;
using System.Text.Json;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>What a description says to a step or a rule of splits beside its name. Reading a value notes what is wrong with it; a key that nobody has read is wrong too.</summary>
/// <param name="owner">Whom the values are for, for messages.</param>
/// <param name="values">The values by key.</param>
public sealed class StepParameters(string owner, IEnumerable<KeyValuePair<string, JsonElement>> values)
{
    private readonly Dictionary<string, JsonElement> _values = new(values, StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    /// <summary>What is wrong, one sentence each; complete when all values have been read.</summary>
    public IReadOnlyList<string> Faults =>
        [.. _faults, .. _values.Keys.Where(k => !_read.Contains(k)).Order(StringComparer.Ordinal).Select(k => $"{owner} has the key \"{k}\"; {(_read.Count == 0 ? "it takes none" : Nearest.Remedy(k, _read))}")];

    /// <summary>A text.</summary>
    public string Text(string key) => Read(key, "a text", static e => e.ValueKind == JsonValueKind.String ? e.GetString() : null, "");

    /// <summary>A text that must be one of the names that all training cases have texts for.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="names">These names.</param>
    internal string NameOf(string key, IReadOnlyCollection<string> names)
    {
        string name = Text(key);
        if (!names.Contains(name)) Refuse(key, $"must be one of the names that all training cases have: {string.Join(", ", names)}");
        return name;
    }

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Texts(string key) => Read(key, "a list of texts", TextsOf, []);

    /// <summary>A number of at least a least one.</summary>
    public double Number(string key, double least) =>
        Read<double?>(key, string.Create(CultureInfo.InvariantCulture, $"a number of at least {least}"), e => e.ValueKind == JsonValueKind.Number && e.GetDouble() >= least ? e.GetDouble() : null, least) ?? least;

    /// <summary>A whole number of at least a least one.</summary>
    public int Whole(string key, int least) =>
        Read<int?>(key, string.Create(CultureInfo.InvariantCulture, $"a whole number of at least {least}"), e => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out int whole) && whole >= least ? whole : null, least) ?? least;

    /// <summary>A list of positive numbers.</summary>
    public IReadOnlyList<double> Numbers(string key) => Read(key, "a list of numbers greater than 0", NumbersOf, []);

    /// <summary>A list of objects, each with its own parameters.</summary>
    public IReadOnlyList<StepParameters> Objects(string key) => Read(
        key,
        "a list of objects",
        e => e.ValueKind == JsonValueKind.Array && e.EnumerateArray().All(static i => i.ValueKind == JsonValueKind.Object)
            ? [.. e.EnumerateArray().Select((item, i) => new StepParameters($"{owner}.{key}[{i}]", item.EnumerateObject().Select(static p => KeyValuePair.Create(p.Name, p.Value))))]
            : null,
        (StepParameters[])[]);

    /// <summary>Whether a key is there.</summary>
    public bool Has(string key)
    {
        _read.Add(key);
        return _values.ContainsKey(key);
    }

    /// <summary>Notes what is wrong with a value.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="must">What it must be, such as "must be three letters".</param>
    public void Refuse(string key, string must) => _faults.Add($"{owner}.{key} is {(_values.TryGetValue(key, out JsonElement value) ? value.GetRawText() : "missing")}, but {must}");

    private static string[]? TextsOf(JsonElement element) => element.ValueKind == JsonValueKind.Array && element.EnumerateArray().All(static i => i.ValueKind == JsonValueKind.String)
        ? [.. element.EnumerateArray().Select(static i => i.GetString()!)]
        : null;

    private static double[]? NumbersOf(JsonElement element) => element.ValueKind == JsonValueKind.Array && element.EnumerateArray().All(static i => i.ValueKind == JsonValueKind.Number && i.GetDouble() > 0)
        ? [.. element.EnumerateArray().Select(static i => i.GetDouble())]
        : null;

    private T Read<T>(string key, string wanted, Func<JsonElement, T?> read, T otherwise)
    {
        if (Has(key) && read(_values[key]) is { } value) return value;
        Refuse(key, $"must be {wanted}");
        return otherwise;
    }
}
