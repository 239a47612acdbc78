using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace NnUNet.Foundation;

/// <summary>How every JSON file of the product is read and written: indented, stable key order, NaN as null.</summary>
public static class ProductJson
{
    private const string Remedy = "correct or remove the file";

    /// <summary>The options of all files: two spaces, readable characters, non-finite numbers as null, bare NaN readable.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        Converters = { new NullableNanConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>The options without line breaks.</summary>
    internal static JsonSerializerOptions OneLine { get; } = new(Options) { WriteIndented = false };

    /// <summary>Reads a file and checks what it says.</summary>
    /// <exception cref="DescribedException">The file cannot be read or is not JSON, keys are missing or of the wrong kind, or values cannot be; all of it in one message.</exception>
    public static T Read<T>(string path) => From<T>(path, JsonTree.Read(path));

    /// <summary>Reads a record of a program that can do its work without it.</summary>
    /// <returns>Null where there is no such file, or none that can be read: it is cut off, or from another version.</returns>
    public static T? ReadOrNull<T>(string path)
        where T : class
    {
        try
        {
            return File.Exists(path) ? Read<T>(path) : null;
        }
        catch (DescribedException)
        {
            return null;
        }
    }

    /// <summary>Reads a text that stands within another file.</summary>
    /// <param name="where">Where it stands, for messages.</param>
    /// <param name="text">The text.</param>
    /// <param name="remedy">What to do where it cannot be read.</param>
    /// <exception cref="DescribedException">As <see cref="Read"/>.</exception>
    public static T Parse<T>(string where, string text, string remedy = Remedy) => From<T>(where, JsonTree.Parse(where, text), remedy);

    /// <summary>Reads a part of another file, which is JSON too, as a record.</summary>
    /// <param name="where">Where it stands, for messages.</param>
    /// <param name="element">The part.</param>
    /// <param name="remedy">What to do where it cannot be read.</param>
    /// <exception cref="DescribedException">As <see cref="Read"/>.</exception>
    public static T From<T>(string where, JsonElement element, string remedy = Remedy) => From<T>(where, JsonTree.Of(where, element), remedy);

    /// <summary>Reads JSON that was read elsewhere as a record.</summary>
    /// <param name="where">Where it stands, for messages.</param>
    /// <param name="node">The JSON.</param>
    /// <param name="remedy">What to do where it cannot be read.</param>
    /// <exception cref="DescribedException">As <see cref="Read"/>.</exception>
    internal static T From<T>(string where, JsonNode? node, string remedy = Remedy)
    {
        T? value = TryRead<T>(node, out IReadOnlyList<string> faults);
        return faults.Count == 0 ? value! : throw new DescribedException(where, FaultList.Text(faults), remedy);
    }

    /// <summary>Reads JSON as a record that need not be sound.</summary>
    /// <param name="node">The JSON.</param>
    /// <param name="faults">What is wrong with it; with a record whose values cannot be, there is a record too.</param>
    /// <returns>The record; null where there is none.</returns>
    internal static T? TryRead<T>(JsonNode? node, out IReadOnlyList<string> faults)
    {
        List<string> found = [];
        faults = found;
        node = JsonShape.Fit(node?.DeepClone(), typeof(T), "", found);
        if (found.Count > 0) return default;
        try
        {
            T? value = node.Deserialize<T>(Options);
            if (value is null) found.Add(JsonShape.Fault(node, JsonShape.Wanted(typeof(T)), ""));
            else if (value is ICheckedRecord record) found.AddRange(record.Faults());
            return value;
        }
        catch (JsonException e)
        {
            (string path, JsonNode? at) = JsonShape.At(node, e.Path);
            found.Add(e is JsonRefusal || e.InnerException is JsonRefusal
                ? $"{(path.Length == 0 ? "the file" : path)} is {JsonShape.Short(at)}, but {(e as JsonRefusal ?? e.InnerException!).Message}"
                : $"{(path.Length == 0 ? "the file" : path)} is {JsonShape.Short(at)}, which cannot be read");
        }
        catch (Exception e) when (e is InvalidOperationException or NotSupportedException or ArgumentException or FormatException or OverflowException)
        {
            found.Add($"{JsonShape.Short(node)} cannot be read");
        }

        return default;
    }

    /// <summary>Writes a file under a temporary name and renames it.</summary>
    /// <inheritdoc cref="AtomicFile.Write" path="/exception"/>
    public static void Write<T>(string path, T value) => AtomicFile.WriteText(path, Print(value));

    /// <summary>The text of a value's file.</summary>
    public static string Print<T>(T value) => JsonSerializer.Serialize(value, Options) + "\n";

    /// <summary>A value as a JSON tree, for comparisons and merging.</summary>
    public static JsonNode? ToNode<T>(T value) => JsonSerializer.SerializeToNode(value, Options);

    /// <summary>Reads null as NaN and writes NaN and infinities as null.</summary>
    private sealed class NullableNanConverter : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.Null => double.NaN,
            JsonTokenType.Number => reader.GetDouble(),
            JsonTokenType.String when double.TryParse(reader.GetString(), System.Globalization.CultureInfo.InvariantCulture, out double v) => v,
            _ => throw new JsonException($"a number is expected, not {reader.TokenType}"),
        };

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value)) writer.WriteNumberValue(value);
            else writer.WriteNullValue();
        }

        public override double ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            double.Parse(reader.GetString()!, System.Globalization.CultureInfo.InvariantCulture);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
