using NnUNet.Core.Cases;
using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Core.DicomResults;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Results;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Prediction;

/// <summary>An image of an input folder, whose segmentation goes to an output folder.</summary>
/// <param name="contract">The model's contract.</param>
/// <param name="image">The image's files.</param>
/// <param name="results">Gets the segmentation.</param>
/// <param name="origins">How the segmentation is made, for its record.</param>
/// <param name="options">How it is predicted.</param>
internal sealed class ImageCase(ModelContract contract, InputCase image, ResultFolder results, PredictionOrigins origins, PredictRunOptions options) : PipelineCase
{
    private ResultOrigin? _origin;
    private ImageHeader? _header;

    /// <inheritdoc/>
    public override string CaseId => image.CaseId;

    /// <inheritdoc/>
    public override string Where => image.Channels[0];

    /// <inheritdoc/>
    public override IReadOnlyList<DatasetFault> Look()
    {
        ImageHeader header = Header();
        return [.. CaseReader.HeaderWarnings(image.Channels), .. contract.Preprocessing.SpacingWarnings(contract.Preprocessing.GridOf(header.Extent, header.Geometry, Where).Spacing, Where)];
    }

    /// <inheritdoc/>
    public override CaseMemory Expect()
    {
        ImageHeader header = Header();
        return CaseMemory.Of(contract, header.Extent, header.Geometry, options.Predict, options.SaveProbabilities, Where);
    }

    /// <inheritdoc/>
    public override PreprocessedCase Prepare(CancellationToken cancel)
    {
        if (options.HasDicomResults) DicomCompanions.Check(Where); // before hours of computing
        _origin = origins.Of(image); // before its files are read, so that what changes from now on is noticed
        IReadOnlyList<Volume<float>> channels = CaseReader.ReadChannels([.. image.Channels]);
        Volume<short>? previousStage = image.PreviousStage is { } file ? CaseReader.ReadPreviousStage(file, channels[0]) : null;
        return CasePreparation.Run(contract, channels, previousStage, [.. image.Channels], cancel);
    }

    /// <inheritdoc/>
    public override void Finish(CasePrediction prediction, CaseProperties properties, IProgress<double>? progress, CancellationToken cancel)
    {
        Volume<short> segmentation = CaseExport.Run(contract, prediction, properties, options.Predict.Mode, progress, cancel);
        contract.Postprocessing?.Apply(segmentation);
        string probabilities = PredictRun.ProbabilityPath(results.Path, CaseId);
        new ResultRecords(results.Path).Write(CaseId, _origin!, probabilities, options.SaveProbabilities, () =>
        {
            if (options.SaveProbabilities) ResultLayout.Of(contract).WriteProbabilities(probabilities, prediction.Maps, properties, contract, cancel);
            return results.Write(CaseId, segmentation, properties.Image, contract.Labels.NamesByLabel());
        });
        if (options.DicomSegmentation || options.StructureSet)
            DicomCompanions.Write(results.Path, CaseId, segmentation, Where, contract.Labels.SegmentsByValue(), options.DicomSegmentation, options.StructureSet);
        if (options.DicomFractions) DicomCompanions.WriteFractions(results.Path, CaseId, prediction.Maps, properties, Where, contract, cancel);
    }

    /// <summary>The image's header, read once: that of a series is all headers of its files.</summary>
    private ImageHeader Header() => _header ??= ImageFile.ReadHeader(Where);
}
