using NnUNet.Core.Export;
using NnUNet.Imaging;

namespace NnUNet.Torch.Inference;

/// <summary>What networks say about a case: probabilities (K, z, y, x) on its grid, in memory, or in a temporary file that goes with this.</summary>
internal sealed class NetworkProbabilities : IDisposable
{
    private readonly TemporaryProbabilities? _file;

    public NetworkProbabilities(MultiChannelArray<float> array) => (InMemory, Maps) = (array, ProbabilityMaps.From(array));

    public NetworkProbabilities(TemporaryProbabilities file) => (_file, Maps) = (file, file);

    /// <summary>The probabilities, wherever they are.</summary>
    public ProbabilityMaps Maps { get; }

    /// <summary>The probabilities as float32; null where they are in a file.</summary>
    public MultiChannelArray<float>? InMemory { get; }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
