using NnUNet.Core.Cropping;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Imaging;

namespace NnUNet.Torch.Inference;

/// <summary>Makes a segmentation of what networks say about a case.</summary>
internal static class CaseExport
{
    /// <summary>The segmentation in the image's voxel counts and geometry.</summary>
    /// <param name="contract">The model's contract.</param>
    /// <param name="said">What the networks say.</param>
    /// <param name="properties">How the case was preprocessed.</param>
    /// <param name="mode">How the segmentation is made.</param>
    /// <param name="cancel">Stops between blocks.</param>
    public static Volume<short> Run(ModelContract contract, NetworkProbabilities said, CaseProperties properties, PredictMode mode, CancellationToken cancel) => mode == PredictMode.Normal
        ? SegmentationExporter.Export(said.Maps, properties, contract, cancel: cancel)
        : SegmentationExporter.ExportLabels(said.Maps, properties, contract, mode == PredictMode.Fastest, cancel: cancel);
}
