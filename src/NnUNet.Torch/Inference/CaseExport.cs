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
        ModelContract contract, CasePrediction prediction, CaseProperties properties, PredictMode mode, IProgress<double>? progress, CancellationToken cancel) => mode == PredictMode.Normal
        ? SegmentationExporter.Export(prediction.Maps, properties, contract, progress: progress, cancel: cancel)
        : SegmentationExporter.ExportLabels(prediction.Maps, properties, contract, mode == PredictMode.Fastest, cancel: cancel);
}
