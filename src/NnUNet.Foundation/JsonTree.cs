using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NnUNet.Foundation;

/// <summary>The text of a JSON file as people, editors and Python write it, as a tree in which every key stands once.</summary>
/// <remarks>Taken as they are meant: UTF-8 and UTF-16 with and without mark, comments, trailing commas, bare NaN, a key twice with one value.</remarks>
internal static class JsonTree
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads a file.</summary>
    /// <exception cref="DescribedException">The file cannot be read or is not JSON.</exception>
    public static JsonNode? Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = InputFile.ReadBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DescribedException(path, "cannot be read (" + e.Message.TrimEnd('.') + ")", "check that the file exists and may be read", e);
        }

        return Parse(path, Text(bytes));
    }

    /// <summary>Makes a tree of a text.</summary>
    /// <param name="where">Where the text stands, for messages.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="DescribedException">The text is not JSON, or a key stands in one object with different values.</exception>
    public static JsonNode? Parse(string where, string text)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new DescribedException(where, "it is empty", "write it again");
        try
        {
            return Node(where, "", JsonDocument.Parse(PythonJson.Clean(text), Lenient).RootElement);
        }
        catch (JsonException e)
        {
            string place = e.LineNumber is { } line ? $" in line {line + 1}" : "";
            throw new DescribedException(where, $"it is not JSON{place} ({Reason(e)})", "correct or remove the file", e);
        }
        catch (InvalidOperationException e)
        {
            throw new DescribedException(where, "a text in it holds half a character (\\ud800 to \\udfff)", "correct or remove the file", e);
        }
    }

    /// <summary>Makes a tree of JSON that was parsed elsewhere.</summary>
    /// <param name="where">Where it stands, for messages.</param>
    /// <param name="element">The JSON; undefined counts as null.</param>
    /// <exception cref="DescribedException">A key stands in one object with different values.</exception>
    public static JsonNode? Of(string where, JsonElement element) => element.ValueKind == JsonValueKind.Undefined ? null : Node(where, "", element);

    /// <summary>Text of bytes in UTF-8, UTF-16 or UTF-32; without a mark, every second byte 0 tells UTF-16, as JSON begins with plain letters.</summary>
    private static string Text(byte[] bytes)
    {
        Encoding encoding = bytes switch
        {
            [0, not 0, ..] => Encoding.BigEndianUnicode,
            [not 0, 0, ..] when bytes is not [0xff, 0xfe, ..] => Encoding.Unicode,
            _ => Encoding.UTF8,
        };
        using StreamReader reader = new(new MemoryStream(bytes), encoding, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    private static JsonNode? Node(string where, string path, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                JsonObject members = [];
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    string key = JsonShape.Key(path, member.Name);
                    JsonNode? value = Node(where, key, member.Value);
                    if (!members.TryGetPropertyValue(member.Name, out JsonNode? before)) members.Add(member.Name, value);
                    else if (!JsonNode.DeepEquals(before, value))
                    {
                        throw new DescribedException(where, $"{key} stands there twice, as {JsonShape.Short(before)} and as {JsonShape.Short(value)}", "keep the one that is meant");
                    }
                }

                return members;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select((item, i) => Node(where, $"{path}[{i}]", item))]);
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element);
        }
    }

    /// <summary>What the parser says, without its own words for the place.</summary>
    private static string Reason(JsonException error)
    {
        string text = error.Message;
        foreach (string end in new[] { " LineNumber:", " Path:" })
        {
            int at = text.IndexOf(end, StringComparison.Ordinal);
            if (at >= 0) text = text[..at];
        }

        return text.TrimEnd('.', ' ');
    }
}
