using System.Text.Json;
using NnUNet.Files.Safetensors;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training;

/// <summary>A checkpoint that was opened: its record, and where it lay.</summary>
/// <typeparam name="T">The type of the record.</typeparam>
/// <param name="Record">How far the training was.</param>
/// <param name="Path">The file that was loaded.</param>
/// <param name="Skipped">Why a newer file was passed over; null where none was.</param>
public sealed record LoadedCheckpoint<T>(T Record, string Path, DescribedException? Skipped);

/// <summary>Writes and reads the state of a training: <c>STEM.safetensors</c>, and its record once more as <c>STEM.json</c> for people.</summary>
/// <remarks>
/// The safetensors file alone is the checkpoint, so that one renaming replaces it whole: parameters under the original's
/// names, what the optimiser remembers under <c>KIND/NAME</c> (SGD: <c>momentum/NAME</c>), and in its metadata the record as JSON and a SHA-256 of the numbers of each
/// kind. The JSON file beside it carries the same checksum and is never read back.
/// Source of the names: nnunet/training/network_training/network_trainer.py, save_checkpoint.
/// </remarks>
public static class Checkpoint
{
    /// <summary>The stem that a finished training leaves.</summary>
    public const string Final = "model_final_checkpoint";

    /// <summary>The stem of the best epoch by the moving average of the validation Dice.</summary>
    public const string Best = "model_best";

    /// <summary>The stem of the state to continue from.</summary>
    public const string Latest = "model_latest";

    /// <summary>The ending of checkpoint files.</summary>
    public const string Ending = ".safetensors";

    private const string RecordKey = "record";
    private const string FormatKey = "format";
    private const string FormatName = "nnunet-checkpoint-1";
    private const string WeightsChecksumKey = "weights_sha256";
    private const string StatesChecksumKey = "momentum_sha256";

    private static readonly JsonSerializerOptions CompactJson = new(ProductJson.Options) { WriteIndented = false };

    /// <summary>The file that holds the checkpoint before this one, where it is kept.</summary>
    /// <param name="path">A checkpoint, such as <c>…/model_latest.safetensors</c>.</param>
    public static string PreviousOf(string path) => System.IO.Path.ChangeExtension(path, null) + ".previous" + Ending;

    /// <summary>Writes a checkpoint. Call it on the thread that calls torch.</summary>
    /// <typeparam name="T">A record that becomes a JSON object.</typeparam>
    /// <param name="path">The file, ending in .safetensors.</param>
    /// <param name="network">The network; its parameters and buffers are written as float32.</param>
    /// <param name="optimizer">The optimiser whose states are written; null where nobody will continue from here.</param>
    /// <param name="record">How far the training is.</param>
    /// <param name="keepPrevious">Whether the file that stands there now is kept under <see cref="PreviousOf"/>.</param>
    public static void Save<T>(string path, SegmentationNetwork network, WeightOptimizer? optimizer, T record, bool keepPrevious = false)
    {
        CheckpointTensors weights = new(NetworkWeights.Of(network));
        CheckpointTensors states = new(optimizer is null ? [] : [.. optimizer.States.Select(static s => (s.Key, s.Value))]);
        SortedDictionary<string, string> metadata = new(StringComparer.Ordinal)
        {
            [FormatKey] = FormatName,
            [RecordKey] = JsonSerializer.Serialize(record, CompactJson),
            [WeightsChecksumKey] = weights.Checksum(),
            [StatesChecksumKey] = states.Checksum(),
        };

        // The new file is whole before the old ones are touched: a full disk costs none of them.
        string fresh = path + ".tmp";
        SafetensorsFile.Write(fresh, [.. weights.Items(), .. states.Items()], metadata);
        if (keepPrevious && File.Exists(path))
        {
            MoveIfThere(JsonOf(path), JsonOf(PreviousOf(path)));
            File.Move(path, PreviousOf(path), overwrite: true);
        }

        File.Move(fresh, path, overwrite: true);
        System.Text.Json.Nodes.JsonNode readable = ProductJson.ToNode(record)!;
        readable[WeightsChecksumKey] = metadata[WeightsChecksumKey];
        ProductJson.Write(JsonOf(path), readable);
    }

    /// <summary>Loads a checkpoint into a network and, if given, an optimiser. Nothing is changed unless all of it is sound.</summary>
    /// <typeparam name="T">The type of the record.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="network">The network that takes the weights.</param>
    /// <param name="optimizer">The optimiser that takes its states; null reads the weights only, as prediction does.</param>
    /// <returns>The record.</returns>
    /// <exception cref="DescribedException">The file is missing, damaged, of another kind, or does not fit the network.</exception>
    public static T Load<T>(string path, SegmentationNetwork network, WeightOptimizer? optimizer = null)
    {
        using SafetensorsFile file = Open(path);
        T record = Record<T>(path, file);
        SafetensorsEntry[] weights = [.. file.Entries.Where(static e => !IsState(e))];
        SafetensorsEntry[] states = [.. file.Entries.Where(IsState)];
        CheckpointTensors.Verify(path, file, weights, file.Metadata[WeightsChecksumKey]);
        if (optimizer is not null) CheckpointTensors.Verify(path, file, states, file.Metadata[StatesChecksumKey]);

        // Names and shapes of both are checked before a number is changed.
        optimizer?.CheckStates(path, Named(file, states));
        NetworkWeights.Load(path, network, Named(file, weights));
        optimizer?.LoadStates(path, Named(file, states));
        return record;
    }

    /// <summary>Loads a checkpoint, or the one before it where it is missing or damaged.</summary>
    /// <typeparam name="T">The type of the record.</typeparam>
    /// <param name="path">The newest file, such as <c>…/model_latest.safetensors</c>.</param>
    /// <param name="network">The network that takes the weights.</param>
    /// <param name="optimizer">The optimiser that takes its states.</param>
    /// <returns>The record, the file that was taken, and why the newest was not; null where neither file exists.</returns>
    /// <exception cref="DescribedException">Neither file is sound, or they do not fit the network.</exception>
    public static LoadedCheckpoint<T>? LoadNewest<T>(string path, SegmentationNetwork network, WeightOptimizer? optimizer = null)
    {
        string previous = PreviousOf(path);
        if (!File.Exists(path))
        {
            return File.Exists(previous) ? new LoadedCheckpoint<T>(Load<T>(previous, network, optimizer), previous, null) : null;
        }

        try
        {
            return new LoadedCheckpoint<T>(Load<T>(path, network, optimizer), path, null);
        }
        catch (DescribedException damage) when (File.Exists(previous))
        {
            try
            {
                return new LoadedCheckpoint<T>(Load<T>(previous, network, optimizer), previous, damage);
            }
            catch (DescribedException)
            {
                throw damage;
            }
        }
    }

    /// <summary>Reads a checkpoint's record and none of its numbers.</summary>
    /// <typeparam name="T">The type of the record.</typeparam>
    /// <exception cref="DescribedException">The file is missing, damaged or of another kind.</exception>
    public static T ReadRecord<T>(string path)
    {
        using SafetensorsFile file = Open(path);
        return Record<T>(path, file);
    }

    /// <summary>Opens a checkpoint's weights and checks them; what the optimiser remembers is not read. Needs no torch.</summary>
    /// <exception cref="DescribedException">The file is missing, damaged or of another kind.</exception>
    internal static OpenWeights OpenWeights(string path)
    {
        SafetensorsFile file = Open(path);
        try
        {
            SafetensorsEntry[] weights = [.. file.Entries.Where(static e => !IsState(e))];
            CheckpointTensors.Verify(path, file, weights, file.Metadata[WeightsChecksumKey]);
            return new OpenWeights(Named(file, weights), file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static SafetensorsFile Open(string path)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault(FormatKey) == FormatName
            && file.Metadata.ContainsKey(RecordKey)
            && file.Metadata.ContainsKey(WeightsChecksumKey)
            && file.Metadata.ContainsKey(StatesChecksumKey))
        {
            return file;
        }

        file.Dispose();
        throw new DescribedException(path, $"this is no checkpoint that this program wrote (its metadata does not say {FormatName})", "name a checkpoint of a training with this program");
    }

    private static T Record<T>(string path, SafetensorsFile file)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(file.Metadata[RecordKey], ProductJson.Options) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new DescribedException(path, $"its record is not of the expected kind ({e.Message.TrimEnd('.')})", "continue with the version that wrote it, or train anew", e);
        }
    }

    // No parameter has a slash in its name.
    private static bool IsState(SafetensorsEntry entry) => entry.Name.Contains('/', StringComparison.Ordinal);

    private static NamedWeight[] Named(SafetensorsFile file, SafetensorsEntry[] entries) =>
        [.. entries.Select(e => new NamedWeight(e.Name, e.Shape, () => file.ReadFloat32(e.Name)) { ReadInto = into => file.ReadFloat32(e.Name, into) })];

    private static string JsonOf(string path) => System.IO.Path.ChangeExtension(path, ".json");

    private static void MoveIfThere(string from, string to)
    {
        if (File.Exists(from)) File.Move(from, to, overwrite: true);
    }
}
