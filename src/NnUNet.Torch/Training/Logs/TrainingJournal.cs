using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Logs;

/// <summary>The course of a training for programs: <c>training_log.jsonl</c> in the fold's folder, one JSON object a line.</summary>
/// <remarks>
/// Every row begins with <c>event</c>, <c>time</c> (UTC) and <c>epoch</c> (from 0 on). Rows of <c>epoch</c> and <c>best</c>
/// stand at the epoch's end; all others say with <c>iteration</c> how many training and validation iterations of the epoch
/// were done. All runs of one training share the file: what was written after the checkpoint that a run continues from is cut away.
/// </remarks>
internal sealed class TrainingJournal : IDisposable
{
    /// <summary>The file's name in the fold's folder.</summary>
    public const string FileName = "training_log.jsonl";

    private readonly StreamWriter _writer;

    /// <summary>Opens the file to add rows.</summary>
    public TrainingJournal(string folder)
    {
        Directory.CreateDirectory(folder);
        FileStream file = new(Path.Combine(folder, FileName), FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        _writer = new StreamWriter(file, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
    }

    /// <summary>Writes a row about a place within an epoch.</summary>
    /// <param name="name">What happened, such as <c>start</c>.</param>
    /// <param name="epoch">Epoch from 0 on.</param>
    /// <param name="iteration">Training and validation iterations of the epoch that are done.</param>
    /// <param name="more">An object whose keys follow.</param>
    public void Write(string name, int epoch, int iteration, object more) => Write(name, epoch, new JsonObject { ["iteration"] = iteration }, more);

    /// <summary>Writes a row about an epoch that is complete.</summary>
    public void WriteEpoch(string name, int epoch, object more) => Write(name, epoch, [], more);

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    /// <summary>Removes the rows that were written after a state, and a line that was not written to its end.</summary>
    /// <returns>The text logs that any row named, also those of rows that were removed.</returns>
    public static IReadOnlyList<string> CutBack(string folder, TrainingState state)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return [];

        JsonObject[] rows = [.. InputFile.ReadLines(path).Select(Parse).OfType<JsonObject>()];
        JsonObject[] kept = [.. rows.Where(row => IsWithin(row, state))];
        Foundation.AtomicFile.WriteText(path, string.Concat(kept.Select(static row => row.ToJsonString(ProductJson.OneLine) + "\n")));
        return [.. rows.Select(Log).OfType<string>().Distinct()];
    }

    /// <summary>A row; null where the line is none, such as one that was not written to its end.</summary>
    private static JsonObject? Parse(string line)
    {
        try
        {
            return ProductJson.Parse<JsonObject>(FileName, line);
        }
        catch (DescribedException)
        {
            return null;
        }
    }

    private static bool IsWithin(JsonObject row, TrainingState state)
    {
        int epoch = Number(row, "epoch") ?? int.MaxValue;
        return epoch < state.Epoch || (epoch == state.Epoch && Number(row, "iteration") <= state.Iteration + state.ValidationIteration);
    }

    private static int? Number(JsonObject row, string key) => row[key] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out int number) ? number : null;

    private static string? Log(JsonObject row) => row["log"] is JsonValue value && value.TryGetValue(out string? log) ? log : null;

    private void Write(string name, int epoch, JsonObject place, object more)
    {
        JsonObject row = new()
        {
            ["event"] = name,
            ["time"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["epoch"] = epoch,
        };
        foreach ((string key, JsonNode? value) in place.Concat(ProductJson.ToNode(more)!.AsObject())) row[key] = value?.DeepClone();
        _writer.WriteLine(row.ToJsonString(ProductJson.OneLine));
    }
}
