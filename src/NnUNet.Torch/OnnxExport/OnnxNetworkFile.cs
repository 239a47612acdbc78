using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Onnx;

namespace NnUNet.Torch.OnnxExport;

/// <summary>A network as an ONNX file: images (batch, channels, z, y, x), in 2D (batch, channels, y, x), to logits (batch, classes, …) of the same size, all float32.</summary>
public static class OnnxNetworkFile
{
    /// <summary>The name of the input.</summary>
    public const string Input = "images";

    /// <summary>The name of the output.</summary>
    public const string Output = "logits";

    private static readonly string[] Axes = ["z", "y", "x"];

    /// <summary>Writes the file. Call it on the thread that calls torch.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="network">The network with its weights; it computes as in evaluation mode, without deep supervision.</param>
    /// <param name="tile">The only size of images that the file takes, array order; null for any multiple of <see cref="SegmentationNetwork.Divisor"/>.</param>
    /// <param name="description">What the model is, in a sentence.</param>
    /// <param name="metadata">Further facts by name.</param>
    /// <exception cref="DescribedException">The network has layers that ONNX does not know, the tile is none of its sizes, or the file cannot be written.</exception>
    public static void Write(string path, SegmentationNetwork network, IReadOnlyList<int>? tile, string description, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (tile is not null) ThrowIfNoSize(network, tile);
        OnnxGraph graph = new(NetworkWeights.Of(network));
        string logits = network.WriteOnnx(graph, Input);
        AtomicFile.Write(path, stream => graph.WriteTo(
            stream, Value(Input, network.InputChannels, network, tile), Value(Output, network.Classes, network, tile), logits, description, metadata));
    }

    private static OnnxValue Value(string name, int features, SegmentationNetwork network, IReadOnlyList<int>? tile) => new(
        name,
        [
            ("batch", null),
            ("features", features),
            .. Enumerable.Range(0, network.Dimensions).Select(axis => (Axes[^(network.Dimensions - axis)], (long?)tile?[axis])),
        ]);

    private static void ThrowIfNoSize(SegmentationNetwork network, IReadOnlyList<int> tile)
    {
        ValueArray<int> divisor = network.Divisor;
        if (tile.Count == divisor.Count && !tile.Where((n, axis) => n < 1 || n % divisor[axis] != 0).Any()) return;
        throw new DescribedException("tile", $"it is {string.Join(" x ", tile)}, but must be {divisor.Count} multiples of {string.Join(", ", divisor)}", "name such a size, or none for all of them");
    }
}
