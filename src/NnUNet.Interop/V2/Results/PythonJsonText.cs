using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2.Results;

/// <summary>The text that Python's <c>json.dump</c> with four spaces makes, byte by byte: how nnU-Net v2 writes its files.</summary>
/// <remarks>NaN and infinities are bare words, floats have Python's shortest digits, all else than ASCII is escaped. No line break at the end.</remarks>
internal static class PythonJsonText
{
    private const int Indent = 4;

    /// <summary>Writes a file under a temporary name and renames it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="node">What it says; numbers that are not whole, or double, are floats.</param>
    /// <param name="sortKeys">Whether the keys of all objects are sorted.</param>
    public static void Write(string path, JsonNode? node, bool sortKeys = true) => AtomicFile.WriteText(path, Of(node, sortKeys));

    /// <summary>The text.</summary>
    /// <inheritdoc cref="Write" path="/param"/>
    public static string Of(JsonNode? node, bool sortKeys = true)
    {
        StringBuilder text = new();
        Append(text, node, sortKeys, 0);
        return text.ToString();
    }

    /// <summary>A float as Python's <c>repr</c> writes it: <c>0.1</c>, <c>1.0</c>, <c>1e-05</c>, <c>nan</c> as <c>NaN</c>.</summary>
    public static string Float(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "Infinity" : "-Infinity";
        if (value == 0) return double.IsNegative(value) ? "-0.0" : "0.0";

        // The shortest digits that read back are the same in both; only where the exponent begins differs.
        string[] parts = value.ToString("E16", CultureInfo.InvariantCulture).Split('E');
        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        string digits = new([.. shortest.Split('E')[0].Where(char.IsAsciiDigit)]);
        digits = digits.TrimStart('0').TrimEnd('0');
        int exponent = int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string sign = value < 0 ? "-" : "";
        if (exponent is < -4 or >= 16)
        {
            string fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
        }

        if (exponent < 0) return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        return digits.Length <= exponent + 1
            ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    private static void Append(StringBuilder text, JsonNode? node, bool sortKeys, int level)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                IEnumerable<KeyValuePair<string, JsonNode?>> inOrder = sortKeys ? members.OrderBy(static m => m.Key, StringComparer.Ordinal) : members;
                Between(text, '{', '}', level, inOrder, member =>
                {
                    Text(text, member.Key);
                    text.Append(": ");
                    Append(text, member.Value, sortKeys, level + 1);
                });
                break;
            case JsonArray items:
                Between(text, '[', ']', level, items, item => Append(text, item, sortKeys, level + 1));
                break;
            default:
                Value(text, node.AsValue());
                break;
        }
    }

    private static void Between<T>(StringBuilder text, char open, char close, int level, IEnumerable<T> things, Action<T> append)
    {
        text.Append(open);
        bool any = false;
        foreach (T thing in things)
        {
            if (any) text.Append(',');
            any = true;
            text.Append('\n').Append(' ', Indent * (level + 1));
            append(thing);
        }

        if (any) text.Append('\n').Append(' ', Indent * level);
        text.Append(close);
    }

    private static void Value(StringBuilder text, JsonValue value)
    {
        if (value.TryGetValue(out string? words)) Text(text, words);
        else if (value.TryGetValue(out bool truth)) text.Append(truth ? "true" : "false");
        else if (value.TryGetValue(out JsonElement element)) text.Append(Number(element.GetRawText()));
        else if (value.TryGetValue(out int whole)) text.Append(whole.ToString(CultureInfo.InvariantCulture));
        else if (value.TryGetValue(out long large)) text.Append(large.ToString(CultureInfo.InvariantCulture));
        else text.Append(Float(value.GetValue<double>()));
    }

    /// <summary>A number of another file as Python writes it after reading it.</summary>
    private static string Number(string raw) => raw.AsSpan().IndexOfAny(".eE") < 0 ? raw : Float(double.Parse(raw, CultureInfo.InvariantCulture));

    private static void Text(StringBuilder text, string words)
    {
        text.Append('"');
        foreach (char c in words)
        {
            string? named = c switch { '"' => "\\\"", '\\' => @"\\", '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", '\b' => "\\b", '\f' => "\\f", _ => null };
            if (named is not null) text.Append(named);
            else if (c is >= ' ' and <= '~') text.Append(c);
            else text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }

        text.Append('"');
    }
}
