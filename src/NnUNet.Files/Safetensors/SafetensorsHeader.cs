using System.Text.Json;
using NnUNet.Foundation;

namespace NnUNet.Files.Safetensors;

/// <summary>Reads the JSON header of a safetensors file, and checks all of it.</summary>
/// <remarks>
/// Facts: the format's description. Each tensor's bytes fill exactly its shape; the tensors lie one behind the other from the end of the
/// header to the end of the file, without gap or overlap; no name stands twice.
/// </remarks>
internal sealed class SafetensorsHeader
{
    public const int LongestText = 100_000_000;
    public const string MetadataKey = "__metadata__";

    private const string Remedy = "the file is cut off or damaged; copy or make it again";

    private readonly string _path;

    private SafetensorsHeader(string path) => _path = path;

    /// <summary>The tensors in the order of their bytes.</summary>
    public List<SafetensorsEntry> Entries { get; } = [];

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Parses the JSON text.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="json">The header without its length field.</param>
    /// <param name="dataBytes">Bytes that follow the header.</param>
    /// <exception cref="FileFormatException">A rule of the format is broken.</exception>
    public static SafetensorsHeader Parse(string path, ReadOnlySpan<byte> json, long dataBytes)
    {
        SafetensorsHeader header = new(path);
        try
        {
            header.ReadJson(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw header.Fault($"the header is no valid JSON ({e.Message.TrimEnd('.')})", e);
        }

        header.CheckLayout(json.Length + 8, dataBytes);
        return header;
    }

    private void ReadJson(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] != (byte)'{') throw Fault("the header does not begin with '{'");

        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 4 });
        HashSet<string> names = new(StringComparer.Ordinal);
        reader.Read();
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!names.Add(name)) throw Fault($"the name \"{name}\" stands twice");
            if (name == MetadataKey)
            {
                ReadMetadata(ref reader);
            }
            else
            {
                Entries.Add(ReadEntry(ref reader, name));
            }
        }

        while (reader.Read())
        {
            // Only white space may follow, and the reader throws on anything else.
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, MetadataKey);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String, MetadataKey);
            if (!Metadata.TryAdd(key, reader.GetString()!)) throw Fault($"{MetadataKey}: the key \"{key}\" stands twice");
        }
    }

    private SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        string? dType = null;
        List<long>? shape = null, offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, name);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            switch (reader.GetString())
            {
                case "dtype" when dType is null:
                    Expect(ref reader, JsonTokenType.String, name);
                    dType = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = Integers(ref reader, name);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = Integers(ref reader, name);
                    break;
                default:
                    throw Fault($"tensor \"{name}\" has a key that is unknown or stands twice");
            }
        }

        if (dType is null || shape is null || offsets is not [long begin, long end]) throw Fault($"tensor \"{name}\" has no dtype, shape or pair of data_offsets");

        int size = SafetensorsDTypes.Size(dType);
        if (size == 0) throw Fault($"tensor \"{name}\" has the type \"{dType}\", which is not known");

        UInt128 bytes = (UInt128)size;
        foreach (long axis in shape)
        {
            bytes *= (UInt128)axis;
            if (bytes > long.MaxValue) throw Fault($"tensor \"{name}\" has the shape ({string.Join(", ", shape)}), which is too large");
        }

        if (end < begin || (UInt128)(end - begin) != bytes)
        {
            throw Fault($"tensor \"{name}\" needs {bytes} bytes for {dType} ({string.Join(", ", shape)}), but its data_offsets are {begin} to {end}");
        }

        return new SafetensorsEntry(name, dType, new ValueArray<long>(shape.ToArray()), begin, end - begin);
    }

    private void CheckLayout(long dataStart, long dataBytes)
    {
        Entries.Sort(static (a, b) => a.ByteOffset != b.ByteOffset ? a.ByteOffset.CompareTo(b.ByteOffset) : a.ByteCount.CompareTo(b.ByteCount));
        long at = 0;
        for (int i = 0; i < Entries.Count; i++)
        {
            SafetensorsEntry entry = Entries[i];
            if (entry.ByteOffset != at) throw Fault($"tensor \"{entry.Name}\" begins at byte {entry.ByteOffset} of the data where {at} is expected: a gap or an overlap");
            at += entry.ByteCount;
            if (at > dataBytes) throw Fault($"tensor \"{entry.Name}\" ends at byte {at} of the data, but there are {dataBytes}");
            Entries[i] = entry with { ByteOffset = entry.ByteOffset + dataStart };
        }

        if (at != dataBytes) throw Fault($"the tensors end at byte {at} of the data, but there are {dataBytes}");
    }

    private List<long> Integers(ref Utf8JsonReader reader, string name)
    {
        List<long> values = [];
        Expect(ref reader, JsonTokenType.StartArray, name);
        while (Next(ref reader) == JsonTokenType.Number)
        {
            if (!reader.TryGetInt64(out long value) || value < 0) throw Fault($"tensor \"{name}\" has a length or offset that is no whole number from 0 on");
            values.Add(value);
        }

        return reader.TokenType == JsonTokenType.EndArray ? values : throw Fault($"tensor \"{name}\" has a length or offset that is no number");
    }

    private void Expect(ref Utf8JsonReader reader, JsonTokenType token, string name)
    {
        if (Next(ref reader) != token) throw Fault($"\"{name}\": {token} is expected, not {reader.TokenType}");
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType;
    }

    private FileFormatException Fault(string what, Exception? inner = null) => new(_path, what, Remedy, inner);
}
