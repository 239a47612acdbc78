using NnUNet.Core.Export;
using NnUNet.Imaging;

namespace NnUNet.Torch.Inference;

/// <summary>The networks' averaged output for a case: probabilities, or logits where the model averages those, (K, z, y, x) on the preprocessed case's grid; in memory, or in a temporary file that is deleted with this; or only the labels that they mean.</summary>
internal sealed class CasePrediction : IDisposable
{
    private readonly TemporaryProbabilities? _file;
    private readonly ProbabilityMaps? _maps;

    public CasePrediction(MultiChannelArray<float> array) => (InMemory, _maps) = (array, ProbabilityMaps.From(array));

    public CasePrediction(TemporaryProbabilities file) => (_file, _maps) = (file, file);

    public CasePrediction(SliceLabels labels) => Labels = labels;

    /// <summary>The probabilities or logits, wherever they are; not where there are only <see cref="Labels"/>.</summary>
    public ProbabilityMaps Maps => _maps ?? throw new InvalidOperationException("of this prediction only the labels were kept");

    /// <summary>The labels on the preprocessed case's grid, where nothing else was kept; else null.</summary>
    public SliceLabels? Labels { get; }

    /// <summary>The probabilities or logits as float32; null where they are not in memory.</summary>
    public MultiChannelArray<float>? InMemory { get; }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
