using System.Text.Json.Nodes;
using NnUNet.Files.Safetensors;
using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>Writes another trainer's name into a checkpoint of this program, and into the record for people beside it. Its numbers stay, byte by byte.</summary>
internal static class OwnTrainerChange
{
    private const string SettingsKey = "settings";
    private const string TrainerKey = "trainer";
    private const int BufferBytes = 1 << 20;

    /// <summary>Reads a checkpoint's record; changes nothing.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <returns>What changes the name.</returns>
    /// <exception cref="DescribedException">It cannot be read, or names no trainer.</exception>
    public static Action<string> Prepare(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (!file.Metadata.TryGetValue(OwnModelFormat.RecordKey, out string? text) || JsonTree.Parse($"{path}: {OwnModelFormat.RecordKey}", text) is not JsonObject record || record[SettingsKey]?[TrainerKey] is not JsonValue)
        {
            throw new DescribedException(path, "it names no trainer", "check that it is a checkpoint of a training with this program");
        }

        return trainer =>
        {
            record[SettingsKey]![TrainerKey] = trainer;
            Write(path, record.ToJsonString());
            string readable = Path.ChangeExtension(path, ".json");
            if (!File.Exists(readable) || JsonTree.Read(readable) is not JsonObject beside || beside[SettingsKey] is not JsonObject settings) return;
            settings[TrainerKey] = trainer;
            ProductJson.Write(readable, beside);
        };
    }

    /// <summary>The new file is whole before the old one, which is read meanwhile, is replaced.</summary>
    private static void Write(string path, string record)
    {
        string fresh = path + ".tmp";
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            Dictionary<string, string> metadata = new(file.Metadata, StringComparer.Ordinal) { [OwnModelFormat.RecordKey] = record };
            SafetensorsFile.Write(fresh, [.. file.Entries.Select(e => new SafetensorsItem(e.Name, e.DType, e.Shape, into => Copy(file, e, into)))], metadata);
        }

        File.Move(fresh, path, overwrite: true);
    }

    private static void Copy(SafetensorsFile file, SafetensorsEntry entry, Stream into)
    {
        byte[] buffer = new byte[(int)Math.Min(BufferBytes, entry.ByteCount)];
        for (long done = 0; done < entry.ByteCount; done += buffer.Length)
        {
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, entry.ByteCount - done));
            file.Read(entry, done, part);
            into.Write(part);
        }
    }
}
