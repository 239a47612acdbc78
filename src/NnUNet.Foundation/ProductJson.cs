using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace NnUNet.Foundation;

/// <summary>How every JSON file of the product is read and written: indented, stable key order, NaN as null.</summary>
public static class ProductJson
{
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
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="DescribedException">The file is missing, is not JSON or lacks a required key.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(PythonJson.Clean(InputFile.ReadText(path)), Options)
                ?? throw new DescribedException(path, "the file holds only null", "write it again");
        }
        catch (JsonException e)
        {
            throw new DescribedException(path, $"not the JSON that is expected here ({e.Message.TrimEnd('.')})", "correct or remove the file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DescribedException(path, "cannot be read (" + e.Message.TrimEnd('.') + ")", "check that the file exists and may be read", e);
        }
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
