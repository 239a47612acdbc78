using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Torch.Checkpoints;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;

namespace NnUNet.Torch.Training;

/// <summary>Writes and reads the state of a training: <c>STEM.safetensors</c>, and its record once more as <c>STEM.json</c> for people.</summary>
/// <remarks>
/// The safetensors file (<see cref="CheckpointFile"/>) alone is the checkpoint, so that one renaming replaces it whole. The
/// JSON file beside it carries the same checksum and is never read back.
/// Source of the names: nnunet/training/network_training/network_trainer.py, save_checkpoint.
/// </remarks>
public static class Checkpoint
{
    /// <summary>The stem that a finished training leaves.</summary>
    public const string Final = ModelFolder.FinalCheckpoint;

    /// <summary>The stem of the best epoch by the moving average of the validation Dice.</summary>
    public const string Best = "model_best";

    /// <summary>The stem of the state to continue from.</summary>
    public const string Latest = "model_latest";

    /// <summary>The ending of checkpoint files.</summary>
    public const string Ending = ModelFolder.CheckpointEnding;

    /// <summary>The file that holds the checkpoint before this one, where it is kept.</summary>
    /// <param name="path">A checkpoint, such as <c>…/model_latest.safetensors</c>.</param>
    public static string PreviousOf(string path) => System.IO.Path.ChangeExtension(path, null) + ".previous" + Ending;

    /// <summary>Writes a checkpoint. Call it on the thread that calls torch.</summary>
    /// <typeparam name="T">A record that becomes a JSON object.</typeparam>
    /// <param name="path">The file, ending in .safetensors.</param>
    /// <param name="network">The network; its parameters and buffers are written as float32.</param>
    /// <param name="optimizer">The optimiser whose states are written; null where no training will continue from here.</param>
    /// <param name="record">How far the training is.</param>
    /// <param name="keepPrevious">Whether the existing file is kept under <see cref="PreviousOf"/>.</param>
    public static void Save<T>(string path, SegmentationNetwork network, WeightOptimizer? optimizer, T record, bool keepPrevious = false)
    {
        // The new file is whole before the old ones are touched: a full disk costs none of them.
        string fresh = path + ".tmp";
        string checksum = CheckpointFile.Write(
            fresh, NetworkWeights.Of(network), optimizer is null ? [] : [.. optimizer.States.Select(static s => (s.Key, s.Value))], record);
        if (keepPrevious && File.Exists(path))
        {
            MoveIfThere(JsonOf(path), JsonOf(PreviousOf(path)));
            File.Move(path, PreviousOf(path), overwrite: true);
        }

        File.Move(fresh, path, overwrite: true);
        System.Text.Json.Nodes.JsonNode readable = ProductJson.ToNode(record)!;
        readable[CheckpointFile.WeightsChecksumKey] = checksum;
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
        using CheckpointFile file = CheckpointFile.Open(path);
        T record = file.Record<T>();
        file.VerifyWeights();
        if (optimizer is not null) file.VerifyStates();

        // Names and shapes of both are checked before a number is changed.
        optimizer?.CheckStates(path, file.States);
        NetworkWeights.Load(path, network, file.Weights);
        optimizer?.LoadStates(path, file.States);
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
        using CheckpointFile file = CheckpointFile.Open(path);
        return file.Record<T>();
    }

    private static string JsonOf(string path) => System.IO.Path.ChangeExtension(path, ".json");

    private static void MoveIfThere(string from, string to)
    {
        if (File.Exists(from)) File.Move(from, to, overwrite: true);
    }
}
