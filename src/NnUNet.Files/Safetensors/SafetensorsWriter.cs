using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using NnUNet.Foundation;

namespace NnUNet.Files.Safetensors;

/// <summary>Writes safetensors files.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;

    public static void Write(string path, IReadOnlyList<SafetensorsItem> items, IReadOnlyDictionary<string, string>? metadata)
    {
        HashSet<string> names = new(StringComparer.Ordinal) { SafetensorsHeader.MetadataKey };
        foreach (SafetensorsItem item in items)
        {
            if (!names.Add(item.Name)) throw new ArgumentException($"the name \"{item.Name}\" stands twice or is reserved", nameof(items));
        }

        SafetensorsItem[] ordered = [.. items.OrderByDescending(static i => SafetensorsDTypes.Size(i.DType))];
        byte[] head = Head(ordered, metadata);
        AtomicFile.Write(path, file =>
        {
            file.Write(head);
            foreach (SafetensorsItem item in ordered)
            {
                long before = file.Position;
                item.Write(file);
                long written = file.Position - before;
                if (written != item.ByteCount) throw new ArgumentException($"tensor {item.Name} wrote {written} bytes, but its shape needs {item.ByteCount}", nameof(items));
            }
        });
    }

    private static byte[] Head(SafetensorsItem[] items, IReadOnlyDictionary<string, string>? metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(SafetensorsHeader.MetadataKey);
                foreach ((string key, string value) in metadata.OrderBy(static m => m.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }

            long at = 0;
            foreach (SafetensorsItem item in items)
            {
                json.WriteStartObject(item.Name);
                json.WriteString("dtype", item.DType);
                WriteIntegers(json, "shape", item.Shape);
                WriteIntegers(json, "data_offsets", [at, checked(at + item.ByteCount)]);
                json.WriteEndObject();
                at += item.ByteCount;
            }

            json.WriteEndObject();
        }

        int padded = (buffer.WrittenCount + Alignment - 1) / Alignment * Alignment;
        byte[] head = new byte[8 + padded];
        head.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)padded);
        buffer.WrittenSpan.CopyTo(head.AsSpan(8));
        return head;
    }

    private static void WriteIntegers(Utf8JsonWriter json, string key, IReadOnlyList<long> values)
    {
        json.WriteStartArray(key);
        foreach (long value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
