using NnUNet.Core.Models;
using NnUNet.Foundation;

namespace NnUNet.Torch.Inference;

/// <summary>A model whose folder is open and whose folds are chosen: opened once for a prediction.</summary>
public sealed record ChosenModel
{
    /// <summary>All folds' weights may take one in so many bytes of what the program may take; the images need the rest.</summary>
    private const int LargestShare = 8;

    private ChosenModel(ModelFolder folder, ValueArray<string> folds, string checkpoint)
    {
        (Folder, Folds) = (folder, folds);
        long[] bytes = BytesOf(folder, folds, checkpoint);
        KeepsAllFolds = Keeps(bytes);
        CheckpointBytes = KeepsAllFolds ? bytes.Sum() : bytes.Max();
    }

    /// <summary>The model's folder.</summary>
    public ModelFolder Folder { get; }

    /// <summary>The folds whose networks are averaged.</summary>
    public ValueArray<string> Folds { get; }

    /// <summary>Whether the networks of all folds are in memory at the same time; else one takes the weights of each fold in turn.</summary>
    internal bool KeepsAllFolds { get; }

    /// <summary>Bytes of the checkpoints whose weights are in memory at the same time.</summary>
    internal long CheckpointBytes { get; }

    /// <summary>What the model promises.</summary>
    public ModelContract Contract => Folder.Contract;

    /// <summary>How many networks a prediction with some folds holds at the same time.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="folds">The folds.</param>
    /// <param name="checkpoint">The checkpoint's name without its ending.</param>
    /// <exception cref="DescribedException">A fold or a checkpoint is missing.</exception>
    internal static int NetworksInMemory(ModelFolder folder, IReadOnlyList<string> folds, string checkpoint) => Keeps(BytesOf(folder, folds, checkpoint)) ? folds.Count : 1;

    private static long[] BytesOf(ModelFolder folder, IReadOnlyList<string> folds, string checkpoint) => [.. folds.Select(f => new FileInfo(folder.CheckpointPath(f, checkpoint)).Length)];

    private static bool Keeps(long[] bytes) => bytes.Length == 1 || bytes.Sum() <= MemoryLimit.Bytes / LargestShare;

    /// <summary>Opens a model's folder and chooses its folds; reads no weights.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">Which folds, which checkpoint, and how the network is described.</param>
    /// <exception cref="DescribedException">The folder, a fold or a checkpoint is missing or damaged.</exception>
    public static ChosenModel Open(string path, PredictOptions options) => Of(ModelFolder.Open(path, options.Network, [.. options.Folds], options.Checkpoint), options);

    /// <summary>Chooses the folds of a model whose folder is open.</summary>
    /// <exception cref="DescribedException">A fold or a checkpoint is missing.</exception>
    internal static ChosenModel Of(ModelFolder folder, PredictOptions options)
    {
        ValueArray<string> folds = folder.SelectFolds([.. options.Folds], options.Checkpoint).ToValueArray();
        ChosenModel chosen = new(folder.ToldBy([.. folds], options.Checkpoint), folds, options.Checkpoint);

        // The weights as they are and in 16 bits; checkpoints hold the momentum too.
        MemoryLimit.Hold(folder.Path, chosen.CheckpointBytes);
        return chosen;
    }
}
