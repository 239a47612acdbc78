using NnUNet.Core.Cropping;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Imaging;

namespace NnUNet.Torch.Inference;

/// <summary>Makes the segmentation of an image from the networks' prediction.</summary>
internal static class CaseExport
{
    /// <summary>The segmentation in the image's voxel counts and geometry.</summary>
    /// <param name="contract">The model's contract.</param>
    /// <param name="prediction">The networks' averaged output.</param>
    /// <param name="properties">How the case was preprocessed.</param>
    /// <param name="mode">How the segmentation is made.</param>
    /// <param name="progress">Gets the share that is made, 0 to 1, in the normal mode; the others are faster than that it matters.</param>
    /// <param name="cancel">Stops between blocks.</param>
    public static Volume<short> Run(
        ModelContract contract, CasePrediction prediction, CaseProperties properties, PredictMode mode, IProgress<double>? progress, CancellationToken cancel) => (mode, prediction.Labels) switch
        {
            (PredictMode.Normal, null) => SegmentationExporter.Export(prediction.Maps, properties, contract, progress: progress, cancel: cancel),
            (_, null) => SegmentationExporter.ExportLabels(prediction.Maps, properties, contract, mode == PredictMode.Fastest, cancel: cancel),
            (_, { } labels) => SegmentationExporter.ExportLabels(labels, properties, contract, nearest: mode != PredictMode.Fast, cancel: cancel),
        };

    /// <summary>Whether the labels on the preprocessed case's grid are all that the segmentation is made of.</summary>
    /// <param name="contract">The model's contract.</param>
    /// <param name="properties">How the case was preprocessed.</param>
    /// <param name="grid">The preprocessed case's voxel counts.</param>
    /// <param name="mode">How the segmentation is made.</param>
    public static bool NeedsOnlyLabels(ModelContract contract, CaseProperties properties, Extent grid, PredictMode mode) =>
        mode != PredictMode.Normal || Extent.From(properties.SizeAfterCropping.AsSpan()).Transpose(contract.Preprocessing.TransposeForward.ToArray()) == grid;
}
