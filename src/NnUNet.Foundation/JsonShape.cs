using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace NnUNet.Foundation;

/// <summary>A converter's refusal in words that follow the key: "must be …".</summary>
internal sealed class JsonRefusal(string must, Exception? inner = null) : JsonException(must, inner);

/// <summary>Compares a JSON tree with the record that it is to become: which key is missing, what stands where something else is wanted.</summary>
/// <remarks>
/// What is plainly meant is brought into the record's form: a number in quotes, a number for a name, keys in other letters, null where
/// nothing is needed. The record's own properties are the description, so there is no second list of keys.
/// </remarks>
internal static class JsonShape
{
    private const int MostShown = 60;

    private static readonly Type[] Wholes = [typeof(int), typeof(long), typeof(short), typeof(byte), typeof(uint), typeof(ulong)];
    private static readonly Type[] Numbers = [typeof(double), typeof(float), typeof(decimal)];

    /// <summary>The tree in the record's form.</summary>
    /// <param name="node">The tree; parts of it are changed.</param>
    /// <param name="type">The record's type.</param>
    /// <param name="path">The key of the tree; empty for the whole file.</param>
    /// <param name="faults">Gets what cannot be read, one sentence each.</param>
    public static JsonNode? Fit(JsonNode? node, Type type, string path, List<string> faults)
    {
        type = Nullable.GetUnderlyingType(type) is { } inner && node is not null ? inner : type;
        if (HasOwnConverter(type)) return Converted(node, type, path, faults);
        if (node is null) return AllowsNull(type) ? null : Refuse(node, type, path, faults);
        if (type == typeof(string)) return node is JsonValue name && Number(name) is { } number ? JsonValue.Create(number) : Is(node, JsonValueKind.String) ? node : Refuse(node, type, path, faults);
        if (type == typeof(bool)) return Is(node, JsonValueKind.True) || Is(node, JsonValueKind.False) ? node : Refuse(node, type, path, faults);
        if (Wholes.Contains(type)) return Whole(node) is { } whole && Fits(whole, type) ? Written(node, whole) : Refuse(node, type, path, faults);
        if (Numbers.Contains(type)) return Real(node) is { } real ? real : Refuse(node, type, path, faults);
        if (ItemOf(type) is { } item) return node is JsonArray list ? List(list, item, path, faults) : Refuse(node, type, path, faults);
        if (ValueOf(type) is var (key, value)) return node is JsonObject members ? Members(members, key, value, type, path, faults) : Refuse(node, type, path, faults);
        if (type == typeof(JsonObject) || IsRecord(type)) return node is JsonObject record ? Record(record, type, path, faults) : Refuse(node, type, path, faults);
        return node;
    }

    /// <summary>What must stand where a type is read, for people.</summary>
    public static string Wanted(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return "a text";
        if (type == typeof(bool)) return "true or false";
        if (Wholes.Contains(type)) return "a whole number";
        if (Numbers.Contains(type)) return "a number";
        if (type.IsEnum) return "one of " + string.Join(", ", Enum.GetNames(type));
        if (ItemOf(type) is { } item) return $"a list of {Several(item)}";
        if (ValueOf(type) is var (key, value)) return Wholes.Contains(key) ? $"an object with the keys \"0\", \"1\", … and {Several(value)}" : $"an object of {Several(value)}";
        return "an object";
    }

    /// <summary>The keys that a record has.</summary>
    public static IEnumerable<string> KeysOf(Type type) => Properties(type).Select(static p => p.Name);

    /// <summary>The key of a member.</summary>
    public static string Key(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>What stands somewhere, cut short.</summary>
    public static string Short(JsonNode? value)
    {
        string text = value?.ToJsonString(ProductJson.OneLine) ?? "null";
        return text.Length <= MostShown ? text : text[..MostShown] + "…";
    }

    /// <summary>The fault of a value that is of another kind.</summary>
    public static string Fault(JsonNode? node, string wanted, string path) => path.Length == 0
        ? $"the file holds {Short(node)}, but must hold {wanted}"
        : $"{path} is {Short(node)}, but must be {wanted}";

    /// <summary>The part of a tree that a path of the reader (<c>$.a[0]['b c']</c>) leads to, and the path as it is told.</summary>
    public static (string Path, JsonNode? Node) At(JsonNode? node, string? readerPath)
    {
        string told = "";
        foreach (string step in Steps(readerPath ?? ""))
        {
            if (node is JsonArray list && int.TryParse(step, CultureInfo.InvariantCulture, out int index) && index < list.Count) (told, node) = ($"{told}[{index}]", list[index]);
            else if (node is JsonObject members && members.TryGetPropertyValue(step, out JsonNode? member)) (told, node) = (Key(told, step), member);
            else break;
        }

        return (told, node);
    }

    /// <summary>A value that a converter of ours reads is shown to it here, where the key is known.</summary>
    private static JsonNode? Converted(JsonNode? node, Type type, string path, List<string> faults)
    {
        try
        {
            JsonSerializer.Deserialize(node?.ToJsonString() ?? "null", type, ProductJson.Options);
        }
        catch (JsonRefusal e)
        {
            faults.Add($"{(path.Length == 0 ? "the file" : path)} is {Short(node)}, but {e.Message}");
        }

        return node;
    }

    private static JsonArray List(JsonArray list, Type item, string path, List<string> faults)
    {
        // The first wrong item stands for all: what is wrong with one is wrong with most.
        int known = faults.Count;
        for (int i = 0; i < list.Count && faults.Count == known; i++)
        {
            JsonNode? before = list[i];
            JsonNode? now = Fit(before, item, $"{path}[{i}]", faults);
            if (!ReferenceEquals(before, now)) list[i] = now;
        }

        return list;
    }

    private static JsonObject Members(JsonObject members, Type key, Type value, Type type, string path, List<string> faults)
    {
        foreach ((string name, JsonNode? before) in members.ToArray())
        {
            if (!IsKey(name, key)) faults.Add($"{(path.Length == 0 ? "the file" : path)} has the key \"{name}\", but must be {Wanted(type)}");
            JsonNode? now = Fit(before, value, Key(path, name), faults);
            if (!ReferenceEquals(before, now)) members[name] = now;
        }

        // "0" and "00" are one number.
        if (!Wholes.Contains(key)) return members;
        string[] numbers = [.. members.Select(static m => m.Key).Where(n => IsKey(n, key))];
        if (numbers.DistinctBy(static n => BigInteger.Parse(n, CultureInfo.InvariantCulture)).Count() != numbers.Length) faults.Add($"{(path.Length == 0 ? "the file" : path)} has a number twice among its keys {string.Join(", ", numbers)}");
        return members;
    }

    private static IEnumerable<JsonPropertyInfo> Properties(Type type) =>
        ProductJson.Options.GetTypeInfo(type).Properties.Where(static p => !p.IsExtensionData && (p.Set is not null || p.AssociatedParameter is not null));

    private static JsonObject Record(JsonObject record, Type type, string path, List<string> faults)
    {
        if (type == typeof(JsonObject)) return record;
        JsonPropertyInfo[] properties = [.. Properties(type)];
        HashSet<string> names = new(properties.Select(static p => p.Name), StringComparer.Ordinal);
        foreach (JsonPropertyInfo property in properties)
        {
            if (!record.ContainsKey(property.Name)) Rename(record, property.Name, names);
            bool required = property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false, IsMemberInitializer: false };
            if (!record.TryGetPropertyValue(property.Name, out JsonNode? before))
            {
                if (required) faults.Add($"{Key(path, property.Name)} is missing{(Nearest.Find(property.Name, record.Select(static m => m.Key).Except(names)) is { } mistyped ? $" (there is {mistyped}, which is not known)" : "")}");
                continue;
            }

            // Nothing stands there, and nothing need stand there.
            if (before is null && !required && !property.IsSetNullable && !AllowsNull(property.PropertyType))
            {
                record.Remove(property.Name);
                continue;
            }

            if (before is null && property.IsSetNullable && !property.PropertyType.IsValueType) continue;
            JsonNode? now = Fit(before, property.PropertyType, Key(path, property.Name), faults);
            if (!ReferenceEquals(before, now)) record[property.Name] = now;
        }

        return record;
    }

    /// <summary>A key in other letters, capitals for small ones, is the same key where nothing else can be meant.</summary>
    internal static void Rename(JsonObject record, string name, HashSet<string>? names = null)
    {
        string[] alike = [.. record.Select(static m => m.Key).Where(k => k.Equals(name, StringComparison.OrdinalIgnoreCase) && names?.Contains(k) != true)];
        if (alike.Length != 1) return;
        JsonNode? value = record[alike[0]];
        record.Remove(alike[0]);
        record[name] = value;
    }

    private static JsonNode? Refuse(JsonNode? node, Type type, string path, List<string> faults)
    {
        faults.Add(Fault(node, Wanted(type), path));
        return node;
    }

    private static bool AllowsNull(Type type) =>
        type == typeof(double) || Nullable.GetUnderlyingType(type) is not null || type == typeof(object) || type == typeof(JsonElement) || type == typeof(JsonNode);

    private static bool Is(JsonNode node, JsonValueKind kind) => node is JsonValue && node.GetValueKind() == kind;

    /// <summary>A number as it is written; null where the value is none.</summary>
    private static string? Number(JsonValue value) => value.GetValueKind() == JsonValueKind.Number ? value.ToJsonString() : null;

    private static BigInteger? Whole(JsonNode node)
    {
        string text = node is not JsonValue value ? "" : value.GetValueKind() == JsonValueKind.String ? ((string)value!).Trim() : Number(value) ?? "";
        if (BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger whole)) return whole;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) && Math.Abs(real) < long.MaxValue && Math.Floor(real) == real ? new BigInteger(real) : null;
    }

    /// <summary>A whole number as the reader wants it: without quotes and decimal point.</summary>
    private static JsonNode? Written(JsonNode node, BigInteger whole)
    {
        string text = whole.ToString(CultureInfo.InvariantCulture);
        return Is(node, JsonValueKind.Number) && node.ToJsonString() == text ? node : JsonNode.Parse(text);
    }

    private static JsonNode? Real(JsonNode node)
    {
        if (Is(node, JsonValueKind.Number)) return node;
        return Is(node, JsonValueKind.String) && double.TryParse((string)node!, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? node : null;
    }

    private static bool Fits(BigInteger whole, Type type)
    {
        (BigInteger least, BigInteger most) = type == typeof(int) ? (int.MinValue, int.MaxValue)
            : type == typeof(short) ? (short.MinValue, short.MaxValue)
            : type == typeof(byte) ? (byte.MinValue, byte.MaxValue)
            : type == typeof(uint) ? (uint.MinValue, uint.MaxValue)
            : type == typeof(ulong) ? (ulong.MinValue, ulong.MaxValue)
            : ((BigInteger)long.MinValue, (BigInteger)long.MaxValue);
        return whole >= least && whole <= most;
    }

    private static bool IsKey(string name, Type key)
    {
        if (Wholes.Contains(key)) return BigInteger.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger number) && Fits(number, key);
        return !Numbers.Contains(key) || double.TryParse(name, CultureInfo.InvariantCulture, out _);
    }

    private static bool IsRecord(Type type) => ProductJson.Options.GetTypeInfo(type).Kind == JsonTypeInfoKind.Object && type != typeof(object);

    private static bool HasOwnConverter(Type type) =>
        !Numbers.Contains(type) && !(type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueArray<>)) && Nullable.GetUnderlyingType(type) is null
        && ProductJson.Options.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.None } info && info.Converter.GetType().Assembly != typeof(JsonSerializer).Assembly;

    private static Type? ItemOf(Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueArray<>)) return type.GetGenericArguments()[0];
        if (type.IsEnum || typeof(JsonNode).IsAssignableFrom(type)) return null;
        JsonTypeInfo info = ProductJson.Options.GetTypeInfo(type);
        return info.Kind == JsonTypeInfoKind.Enumerable ? info.ElementType : null;
    }

    private static (Type Key, Type Value)? ValueOf(Type type)
    {
        if (type.IsEnum || typeof(JsonNode).IsAssignableFrom(type)) return null;
        JsonTypeInfo info = ProductJson.Options.GetTypeInfo(type);
        return info.Kind == JsonTypeInfoKind.Dictionary ? (info.KeyType!, info.ElementType!) : null;
    }

    private static string Several(Type type)
    {
        string one = Wanted(type);
        string[] words = one.Split(' ');
        return (words[0], words.Length) switch
        {
            ("a" or "an", 2) => words[1] + "s",
            ("a", 3) when words[1] == "whole" => "whole numbers",
            ("a", _) when words[1] == "list" => "lists" + one["a list".Length..],
            ("an", _) when words[1] == "object" => "objects" + one["an object".Length..],
            _ => one,
        };
    }

    /// <summary>The names and numbers in a path of the reader.</summary>
    private static IEnumerable<string> Steps(string path)
    {
        for (int i = 1; i < path.Length;)
        {
            bool quoted = path.AsSpan(i).StartsWith("['", StringComparison.Ordinal);
            int start = i + (quoted ? 2 : 1);
            int end = quoted ? path.IndexOf("']", start, StringComparison.Ordinal)
                : path[i] == '[' ? path.IndexOf(']', start)
                : path.AsSpan(start).IndexOfAny('.', '[') is >= 0 and int next ? start + next : path.Length;
            if (end < 0) yield break;
            yield return path[start..end];
            i = end + (quoted ? 2 : path[i] == '[' ? 1 : 0);
        }
    }
}
