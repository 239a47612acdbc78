using System.Text.Json;
using NnUNet.Core.Models;
using NnUNet.Imaging.Foundation;
using NnUNet.Torch.Training;

namespace NnUNet.Torch.Networks;

/// <summary>Loads the weights of a checkpoint of any known kind: the program's own, or one that another program wrote.</summary>
public static class WeightFile
{
    /// <summary>Loads every parameter of a network, one at a time; names and shapes must agree exactly.</summary>
    /// <param name="path">A <c>.safetensors</c> file of a training, or a file that a <see cref="ModelFormat"/> reads (<c>.model</c>).</param>
    /// <param name="network">The network that takes the weights.</param>
    /// <exception cref="DescribedException">The file is missing, damaged, of no known kind, or does not fit the network; nothing was changed.</exception>
    public static void Load(string path, SegmentationNetwork network)
    {
        if (path.EndsWith(ModelFolder.CheckpointEnding, StringComparison.Ordinal))
        {
            Checkpoint.Load<JsonElement>(path, network);
            return;
        }

        Use(path, weights => NetworkWeights.Load(path, network, weights));
    }

    /// <summary>Opens a checkpoint for as long as its weights are used.</summary>
    /// <exception cref="DescribedException">The file is missing, damaged or of no known kind.</exception>
    internal static void Use(string path, Action<IReadOnlyList<NamedWeight>> use)
    {
        if (path.EndsWith(ModelFolder.CheckpointEnding, StringComparison.Ordinal))
        {
            Checkpoint.UseWeights(path, use);
            return;
        }

        using StoredWeights stored = ModelFormat.ForCheckpoint(path).OpenWeights(path);
        use([.. stored.Weights.Select(static w => new NamedWeight(w.Name, w.Shape, w.Read))]);
    }
}
