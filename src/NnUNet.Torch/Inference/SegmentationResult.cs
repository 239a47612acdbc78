using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Torch.Inference;

/// <summary>The segmentation of one image, and how it was made.</summary>
public sealed class SegmentationResult
{
    private readonly ModelContract _contract;

    internal SegmentationResult(Volume<short> segmentation, CaseProperties properties, MultiChannelArray<float>? probabilities, ModelContract contract)
    {
        Segmentation = segmentation;
        Properties = properties;
        Probabilities = probabilities;
        _contract = contract;
    }

    /// <summary>Labels (z, y, x) in the image's voxel counts and geometry.</summary>
    public Volume<short> Segmentation { get; }

    /// <summary>How the image was preprocessed.</summary>
    public CaseProperties Properties { get; }

    /// <summary>What was odd about the image and was put right, such as voxels that are not finite; empty where nothing was.</summary>
    public ValueArray<DatasetFault> Warnings => Properties.Warnings;

    /// <summary>The networks' averaged output (K, z, y, x) on the preprocessed image's grid, in the model's transposed axes: probabilities, or logits where the model averages those; null unless <see cref="PredictOptions.KeepProbabilities"/> asked for them.</summary>
    public MultiChannelArray<float>? Probabilities { get; }

    /// <summary>Writes the probabilities on the image's grid as <c>.npz</c>, and the properties beside it, as the program has it that the model comes from (<see cref="ResultLayout"/>).</summary>
    /// <param name="path">The path of the npz file.</param>
    /// <param name="cancel">Stops within a class; nothing is left then.</param>
    /// <exception cref="InvalidOperationException">The probabilities were not asked for (<see cref="PredictOptions.KeepProbabilities"/>).</exception>
    public void WriteProbabilities(string path, CancellationToken cancel = default) => ResultLayout.Of(_contract).WriteProbabilities(
        path,
        ProbabilityMaps.From(Probabilities ?? throw new InvalidOperationException($"set {nameof(PredictOptions)}.{nameof(PredictOptions.KeepProbabilities)} to have the probabilities")),
        Properties,
        _contract,
        cancel);
}
