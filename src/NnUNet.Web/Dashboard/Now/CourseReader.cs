using System.Text;
using System.Text.Json;
using NnUNet.Foundation;
using NnUNet.Web.Dashboard.Places;

namespace NnUNet.Web.Dashboard.Now;

/// <summary>Reads the journal of a training (<c>training_log.jsonl</c>) as it grows: only what was added since the last look. One caller at a time.</summary>
/// <remarks>
/// A training that goes on from a checkpoint cuts its journal back; so the end of what was read is compared before reading on, and everything is
/// read anew where it is another one. Lines that cannot be read, such as one that is just being written, are left out.
/// </remarks>
internal sealed class CourseReader(string path)
{
    private const int SignatureBytes = 256;

    private readonly List<EpochPoint> _epochs = [];
    private readonly List<string> _notices = [];
    private byte[] _signature = [];
    private long _read;
    private Course _course = new();

    /// <summary>The course up to now; an empty one where there is no journal.</summary>
    public Course Read()
    {
        try
        {
            if (!File.Exists(path)) return Nothing();
            using FileStream stream = LiveFile.Open(path);
            long length = stream.Length;
            if (length < _read || !EndsWithSignature(stream)) Nothing();
            if (length == _read) return _course;
            stream.Seek(_read, SeekOrigin.Begin);
            byte[] added = new byte[Math.Min(length - _read, LiveFile.MostBytes)];
            int there = stream.ReadAtLeast(added, added.Length, throwOnEndOfStream: false);
            int whole = added.AsSpan(0, there).LastIndexOf((byte)'\n') + 1;
            if (whole == 0) return _course;
            foreach (string line in Encoding.UTF8.GetString(added, 0, whole).Split('\n')) Take(line);
            _signature = added[Math.Max(0, whole - SignatureBytes)..whole];
            _read += whole;
            return _course = _course with { Epochs = [.. _epochs], Notices = [.. _notices] };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FileFormatException)
        {
            return _course; // replaced or removed at this moment
        }
    }

    private Course Nothing()
    {
        _epochs.Clear();
        _notices.Clear();
        (_signature, _read) = ([], 0);
        return _course = new Course();
    }

    private bool EndsWithSignature(FileStream stream)
    {
        byte[] there = new byte[_signature.Length];
        stream.Seek(_read - there.Length, SeekOrigin.Begin);
        return stream.ReadAtLeast(there, there.Length, throwOnEndOfStream: false) == there.Length && there.AsSpan().SequenceEqual(_signature);
    }

    private void Take(string line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        JsonElement row;
        try
        {
            using JsonDocument document = JsonDocument.Parse(PythonJson.Clean(line));
            row = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return;
        }

        if (row.ValueKind != JsonValueKind.Object || Text(row, "event") is not { } name || Number(row, "epoch") is not (>= 0 and < int.MaxValue and var number)) return;
        int epoch = (int)number;
        _course = _course with { Last = Time(row) ?? _course.Last };
        switch (name)
        {
            case "epoch":
                while (_epochs.Count > 0 && _epochs[^1].Epoch >= epoch) _epochs.RemoveAt(_epochs.Count - 1); // restarted with new weights
                _epochs.Add(Point(epoch, row));
                _course = _course with { State = CourseState.Open };
                break;
            case "best":
                _course = _course with { BestEpoch = epoch };
                break;
            case "start" or "resume" or "validate":
                _course = _course with { State = CourseState.Open, Reason = null, Settings = SettingsOf(row) ?? _course.Settings, Log = Text(row, "log") ?? _course.Log, Begun = Time(row) };
                break;
            case "stop":
                _course = _course with { State = CourseState.Stopped, Reason = Text(row, "reason") };
                break;
            case "failed":
                _course = _course with { State = CourseState.Failed, Reason = Text(row, "reason") };
                break;
            case "final":
                _course = _course with { State = CourseState.Done, Reason = null, ValidationDice = Value(row, "validation_dice") };
                break;
            default:
                if (Text(row, "reason") is { } reason) _notices.Add(FormattableString.Invariant($"epoch {epoch}: {name.Replace('_', ' ')}: {reason}"));
                break;
        }
    }

    private static EpochPoint Point(int epoch, JsonElement row) => new(
        epoch,
        Time(row),
        Value(row, "train_loss"),
        Value(row, "validation_loss"),
        Value(row, "evaluation_metric"),
        row.TryGetProperty("dice_per_class", out JsonElement classes) && classes.ValueKind == JsonValueKind.Array
            ? [.. classes.EnumerateArray().Select(static c => c.ValueKind == JsonValueKind.Number ? c.GetDouble() : double.NaN)]
            : [],
        Value(row, "lr"),
        Value(row, "seconds"),
        Value(row, "wait_for_data"));

    private static CourseSettings? SettingsOf(JsonElement row)
    {
        if (!row.TryGetProperty("settings", out JsonElement settings) || settings.ValueKind != JsonValueKind.Object) return null;
        string[] regions = settings.TryGetProperty("regions", out JsonElement given) && given.ValueKind == JsonValueKind.Array
            ? [.. given.EnumerateArray().Select(static r => r.ValueKind == JsonValueKind.Object ? Text(r, "name") ?? "" : "")]
            : [];
        return new CourseSettings(
            (int)(Number(settings, "epochs") ?? 0),
            (int)(Number(settings, "iterations_per_epoch") ?? 0),
            (int)(Number(settings, "batch_size") ?? 0),
            settings.TryGetProperty("patch_size", out JsonElement patch) && patch.ValueKind == JsonValueKind.Array ? [.. patch.EnumerateArray().Where(static p => p.ValueKind == JsonValueKind.Number).Select(static p => p.GetDouble())] : [],
            Text(settings, "device") ?? "",
            Text(settings, "precision") ?? "",
            Text(settings, "loss") ?? "",
            Text(settings, "network") ?? "",
            regions);
    }

    private static string? Text(JsonElement row, string key) => row.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement row, string key) => row.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static double Value(JsonElement row, string key) => Number(row, key) ?? double.NaN;

    private static DateTimeOffset? Time(JsonElement row) => row.TryGetProperty("time", out JsonElement value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out DateTimeOffset time) ? time : null;
}
