using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Checkpoints;

/// <summary>Loads the weights of a checkpoint of any known kind: the program's own, or one that another program wrote.</summary>
public static class WeightFile
{
    /// <summary>Loads every parameter of a network, one at a time; names and shapes must agree exactly.</summary>
    /// <param name="path">A <c>.safetensors</c> file of a training, or a file that a <see cref="ModelFormat"/> reads (<c>.model</c>).</param>
    /// <param name="network">The network that takes the weights.</param>
    /// <exception cref="DescribedException">The file is missing, damaged, of no known kind, or does not fit the network; nothing was changed.</exception>
    public static void Load(string path, SegmentationNetwork network)
    {
        using CheckpointWeights weights = Open(path);
        NetworkWeights.Load(path, network, weights.Weights);
    }

    /// <summary>Opens a checkpoint's weights and checks them where the file has a checksum; needs no torch.</summary>
    /// <exception cref="DescribedException">The file is missing, damaged or of no known kind.</exception>
    internal static CheckpointWeights Open(string path)
    {
        if (path.EndsWith(ModelFolder.CheckpointEnding, StringComparison.Ordinal)) return CheckpointFile.OpenWeights(path);

        StoredWeights stored = ModelFormat.ForCheckpoint(path).OpenWeights(path);
        return new CheckpointWeights([.. stored.Weights.Select(static w => new NamedWeight(w.Name, w.Shape, w.Read) { ReadInto = w.ReadInto })], stored);
    }
}
