using NnUNet.Core.Export;
using NnUNet.Imaging;

namespace NnUNet.Torch.Inference;

/// <summary>The networks' averaged output for a case: probabilities, or logits where the model averages those, (K, z, y, x) on the preprocessed case's grid; in memory, or in a temporary file that is deleted with this.</summary>
internal sealed class CasePrediction : IDisposable
{
    private readonly TemporaryProbabilities? _file;

    public CasePrediction(MultiChannelArray<float> array) => (InMemory, Maps) = (array, ProbabilityMaps.From(array));

    public CasePrediction(TemporaryProbabilities file) => (_file, Maps) = (file, file);

    /// <summary>The probabilities or logits, wherever they are.</summary>
    public ProbabilityMaps Maps { get; }

    /// <summary>The same as float32; null where they are in a file.</summary>
    public MultiChannelArray<float>? InMemory { get; }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
