using System.Text.Json.Nodes;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;

namespace NnUNet.Torch.Training;

/// <summary>The checkpoints in a fold's folder.</summary>
/// <remarks>Two latest ones are kept while the training runs; when it is complete, the final one takes their place.</remarks>
internal sealed class TrainingFiles(string folder, bool saves = true)
{
    /// <summary>Whether the training is complete.</summary>
    public bool HasFinal => File.Exists(PathOf(Checkpoint.Final));

    /// <summary>Whether there is a checkpoint to continue from, sound or not.</summary>
    public bool HasAny => HasFinal || LatestPaths.Any(File.Exists);

    /// <summary>Whether there is a best checkpoint.</summary>
    public bool HasBest => File.Exists(PathOf(Checkpoint.Best));

    /// <summary>The two that are kept while the training runs, the newer one first.</summary>
    private string[] LatestPaths => [PathOf(Checkpoint.Latest), Checkpoint.PreviousOf(PathOf(Checkpoint.Latest))];

    /// <summary>Reads the record of the checkpoint that a training continues from: the final one, else the latest that is sound.</summary>
    /// <param name="finalOnly">Whether only the final one will do.</param>
    /// <exception cref="DescribedException">There is none, or none is sound.</exception>
    public TrainingRecord ReadLast(bool finalOnly)
    {
        if (HasFinal) return Checkpoint.ReadRecord<TrainingRecord>(PathOf(Checkpoint.Final));
        if (finalOnly) throw new DescribedException(folder, $"there is no {Checkpoint.Final}{Checkpoint.Ending}, so this fold is not trained to its end", "train it first, or continue it with -c");

        DescribedException? damage = null;
        foreach (string path in LatestPaths.Where(File.Exists))
        {
            try
            {
                return Checkpoint.ReadRecord<TrainingRecord>(path);
            }
            catch (DescribedException e)
            {
                damage ??= e;
            }
        }

        throw damage ?? new DescribedException(folder, "there is no training to continue", "leave out -c to begin it");
    }

    /// <summary>Reads the record of the best checkpoint.</summary>
    /// <exception cref="DescribedException">There is none, or it is damaged.</exception>
    public TrainingRecord ReadBest() => HasBest
        ? Checkpoint.ReadRecord<TrainingRecord>(PathOf(Checkpoint.Best))
        : throw new DescribedException(folder, $"there is no {Checkpoint.Best}{Checkpoint.Ending}", "train this fold first; its first epoch leaves one");

    /// <summary>Loads the weights of the best checkpoint.</summary>
    public TrainingRecord LoadBest(SegmentationNetwork network) => Checkpoint.Load<TrainingRecord>(PathOf(Checkpoint.Best), network);

    /// <summary>Loads the checkpoint that <see cref="ReadLast"/> found, or the one before it where its numbers are damaged.</summary>
    /// <returns>Its record, and why a newer file was skipped.</returns>
    public (TrainingRecord Record, DescribedException? Skipped) LoadLast(SegmentationNetwork network, WeightOptimizer optimizer)
    {
        if (HasFinal) return (Checkpoint.Load<TrainingRecord>(PathOf(Checkpoint.Final), network, optimizer), null);

        LoadedCheckpoint<TrainingRecord> loaded = Checkpoint.LoadNewest<TrainingRecord>(PathOf(Checkpoint.Latest), network, optimizer)
            ?? throw new DescribedException(folder, "there is no training to continue", "leave out -c to begin it");
        return (loaded.Record, loaded.Skipped);
    }

    /// <summary>Writes the state to continue from, and keeps the one before.</summary>
    public void SaveLatest(TrainingRecord record, SegmentationNetwork network, WeightOptimizer optimizer)
    {
        if (saves) Checkpoint.Save(PathOf(Checkpoint.Latest), network, optimizer, record, keepPrevious: true);
    }

    /// <summary>Writes the best state.</summary>
    public void SaveBest(TrainingRecord record, SegmentationNetwork network, WeightOptimizer optimizer)
    {
        if (saves) Checkpoint.Save(PathOf(Checkpoint.Best), network, optimizer, record);
    }

    /// <summary>Writes the final state and removes the latest ones, which are not needed any more.</summary>
    public void SaveFinal(TrainingRecord record, SegmentationNetwork network, WeightOptimizer optimizer)
    {
        if (!saves) return;

        Checkpoint.Save(PathOf(Checkpoint.Final), network, optimizer, record);
        foreach (string latest in LatestPaths) Remove(latest);
    }

    /// <summary>Removes what processes that were killed while they wrote have left: here, and beside this fold what others share.</summary>
    public void RemoveLeftovers()
    {
        if (!Directory.Exists(folder)) return;

        TemporaryFiles.RemoveAbandoned(Path.GetDirectoryName(Path.GetFullPath(folder))!, below: true);

        // Checkpoints are written under the lock of the fold, which is held here.
        foreach (string leftover in Directory.EnumerateFiles(folder, "model_*.tmp")) File.Delete(leftover);
    }

    /// <summary>Removes the checkpoints of an earlier training.</summary>
    /// <returns>Whether there were any.</returns>
    public bool RemoveAll()
    {
        bool any = Remove(Checkpoint.PreviousOf(PathOf(Checkpoint.Latest)));
        any |= Remove(PathOf(Checkpoint.Latest));
        any |= Remove(PathOf(Checkpoint.Best));
        return Remove(PathOf(Checkpoint.Final)) || any;
    }

    /// <summary>What differs between two settings: each as "key old, now new".</summary>
    internal static string[] Differences(TrainingSettings recorded, TrainingSettings now)
    {
        JsonObject old = ProductJson.ToNode(recorded)!.AsObject();
        JsonObject current = ProductJson.ToNode(now)!.AsObject();
        return
        [
            .. from key in old.Select(static p => p.Key).Union(current.Select(static p => p.Key))
                where !JsonNode.DeepEquals(old[key], current[key])
                select $"{key} {Text(old[key])}, now {Text(current[key])}",
        ];
    }

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "absent";

    private static bool Remove(string checkpoint)
    {
        bool there = File.Exists(checkpoint);
        File.Delete(checkpoint);
        string json = Path.ChangeExtension(checkpoint, ".json");
        if (File.Exists(json)) File.Delete(json);
        return there;
    }

    private string PathOf(string stem) => Path.Combine(folder, stem + Checkpoint.Ending);
}
