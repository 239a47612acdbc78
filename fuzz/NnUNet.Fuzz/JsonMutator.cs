using System.Text.Json.Nodes;

namespace NnUNet.Fuzz;

/// <summary>Changes JSON as people and broken programs do: other values, missing, double and misspelt keys, lists of other lengths.</summary>
/// <remarks>Changed bytes seldom pass the parser; these changes do, so what reads the values is reached.</remarks>
internal static class JsonMutator
{
    // No parser writes half a character, so it is put into the finished text.
    private const string Half = "@half@";

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "1", "2", "-1", "1.5", "1e400", "-1e300", "99999999999", "2147483647", "\"\"", "\"text\"", "\"1\"", "\"NaN\"", "\"\\u0000\"", "\"/\"", "\"C:\\\\x\\\\y\"",
        $"\"{Half}\"", "[]", "{}", "[null]", "[[]]", "[[null]]", "[0]", "[1, 2, 3, 4]", "{\"0\": null}", "{\"x\": 1}", "{\"-7\": {}}", "{\"0\": {}, \"00\": {}}", "[0, 0, 0]", "[1, 1]",
    ];

    /// <summary>A text with a few changes.</summary>
    /// <param name="text">JSON.</param>
    /// <param name="random">Decides about the changes.</param>
    public static string Mutate(string text, Random random)
    {
        JsonNode? root = JsonNode.Parse(text);
        string? twice = null;
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            JsonNode[] places = [.. All(root)];
            if (places.Length == 0) return Values[random.Next(Values.Length)];
            JsonNode place = places[random.Next(places.Length)];
            if (place is JsonObject { Count: > 0 } members) twice = Change(members, random) ?? twice;
            else if (place is JsonArray list) Change(list, random);
        }

        string changed = root?.ToJsonString() ?? "null";
        if (twice is not null && changed.StartsWith('{')) changed = $"{{{twice}, {changed[1..]}";
        return changed.Replace(Half, @"\ud800", StringComparison.Ordinal);
    }

    private static string? Change(JsonObject members, Random random)
    {
        string key = members.ElementAt(random.Next(members.Count)).Key;
        switch (random.Next(6))
        {
            case 0:
                members.Remove(key);
                return null;
            case 1:
                JsonNode? value = members[key]?.DeepClone();
                members.Remove(key);
                members[random.Next(3) switch { 0 => key.ToUpperInvariant(), 1 => key + "x", _ => random.Next(-1, 9).ToString(System.Globalization.CultureInfo.InvariantCulture) }] = value;
                return null;
            case 2:
                return $"{System.Text.Json.JsonSerializer.Serialize(key)}: {Values[random.Next(Values.Length)]}";
            default:
                members[key] = Value(random);
                return null;
        }
    }

    private static void Change(JsonArray list, Random random)
    {
        int at = random.Next(list.Count + 1);
        switch (random.Next(4))
        {
            case 0 when at < list.Count:
                list.RemoveAt(at);
                break;
            case 1 when at < list.Count:
                list.Insert(at, list[at]?.DeepClone());
                break;
            case 2 when at < list.Count:
                list[at] = Value(random);
                break;
            default:
                list.Insert(at, Value(random));
                break;
        }
    }

    private static JsonNode? Value(Random random) => JsonNode.Parse(Values[random.Next(Values.Length)]);

    private static IEnumerable<JsonNode> All(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(static m => All(m.Value)).Prepend(node),
        JsonArray list => list.SelectMany(All).Prepend(node),
        _ => [],
    };
}
