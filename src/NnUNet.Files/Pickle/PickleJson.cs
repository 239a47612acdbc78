using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NnUNet.Files.Pickle;

/// <summary>What was read from a pickle as JSON, so that the records of the product can be read from it; and the other way round.</summary>
public static class PickleJson
{
    /// <summary>Tuples, sets and arrays become lists (one per axis), keys become texts as Python prints them, numbers that are not finite become null.</summary>
    /// <param name="value">What <see cref="PickleFile"/> gave, without objects of the caller's builders.</param>
    /// <exception cref="InvalidDataException">There is something that JSON cannot hold: bytes, slices, names.</exception>
    public static JsonNode? ToNode(object? value) => value switch
    {
        null => null,
        bool b => JsonValue.Create(b),
        long n => JsonValue.Create(n),
        BigInteger n => JsonNode.Parse(n.ToString(CultureInfo.InvariantCulture)),
        double d => double.IsFinite(d) ? JsonValue.Create(d) : null,
        string s => JsonValue.Create(s),
        PickleDictionary dictionary => Object(dictionary),
        PickleArray array => Nested(array),
        NumpyDType type => JsonValue.Create(type.Name),
        List<object?> or PickleTuple or PickleSet => List((IEnumerable<object?>)value),
        _ => throw new InvalidDataException($"JSON cannot hold a {value.GetType().Name}"),
    };

    /// <summary>JSON as values of a pickle: objects become dictionaries with texts as keys, arrays lists, whole numbers long.</summary>
    public static object? FromElement(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => element.TryGetInt64(out long whole) ? whole : element.GetDouble(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Array => element.EnumerateArray().Select(FromElement).ToList(),
        JsonValueKind.Object => Dictionary(element),
        _ => null,
    };

    private static PickleDictionary Dictionary(JsonElement element)
    {
        PickleDictionary result = new();
        foreach (JsonProperty property in element.EnumerateObject()) result[property.Name] = FromElement(property.Value);
        return result;
    }

    private static JsonObject Object(PickleDictionary dictionary)
    {
        JsonObject result = [];
        foreach ((object? key, object? value) in dictionary)
        {
            if (!result.TryAdd(Key(key), ToNode(value))) throw new InvalidDataException($"two keys are both \"{Key(key)}\" in JSON");
        }

        return result;
    }

    private static string Key(object? key) => key switch
    {
        null => "None",
        bool b => b ? "True" : "False",
        string s => s,
        IFormattable n => n.ToString(null, CultureInfo.InvariantCulture),
        PickleTuple t => t.Count == 1 ? $"({Key(t[0])},)" : $"({string.Join(", ", t.Select(Key))})",
        _ => throw new InvalidDataException($"JSON cannot hold a key of {key.GetType().Name}"),
    };

    private static JsonArray List(IEnumerable<object?> items)
    {
        JsonArray result = [];
        foreach (object? item in items) result.Add(ToNode(item));
        return result;
    }

    private static JsonNode? Nested(PickleArray array)
    {
        using IEnumerator<object?> elements = array.Elements().GetEnumerator();
        return Axis(0);

        JsonNode? Axis(int axis)
        {
            if (axis == array.Shape.Count) return elements.MoveNext() ? ToNode(elements.Current) : null;
            JsonArray result = [];
            for (long i = 0; i < array.Shape[axis]; i++) result.Add(Axis(axis + 1));
            return result;
        }
    }
}
