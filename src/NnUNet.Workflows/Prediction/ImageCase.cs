using NnUNet.Core.Cases;
using NnUNet.Core.Cropping;
using NnUNet.Core.DicomResults;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Results;
using NnUNet.Imaging;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Prediction;

/// <summary>An image of an input folder, whose segmentation goes to an output folder.</summary>
/// <param name="contract">The model's contract.</param>
/// <param name="image">The image's files.</param>
/// <param name="results">Gets the segmentation.</param>
/// <param name="origins">How the segmentation is made, for its record.</param>
/// <param name="options">How it is predicted.</param>
internal sealed class ImageCase(ModelContract contract, InputCase image, ResultFolder results, PredictionOrigins origins, PredictRunOptions options)
    : FileCase(contract, image, options.Predict, options.SaveProbabilities)
{
    private readonly ModelContract _contract = contract;
    private readonly InputCase _image = image;
    private ResultOrigin? _origin;

    /// <inheritdoc/>
    public override PreprocessedCase Prepare(CancellationToken cancel)
    {
        if (options.HasDicomResults) DicomCompanions.Check(Where); // before hours of computing
        _origin = origins.Of(_image); // before its files are read, so that what changes from now on is noticed
        return base.Prepare(cancel);
    }

    /// <inheritdoc/>
    public override void Finish(CasePrediction prediction, CaseProperties properties, IProgress<double>? progress, CancellationToken cancel)
    {
        Volume<short> segmentation = CaseExport.Run(_contract, prediction, properties, options.Predict.Mode, progress, cancel);
        _contract.Postprocessing?.Apply(segmentation);
        string probabilities = PredictRun.ProbabilityPath(results.Path, CaseId);
        new ResultRecords(results.Path).Write(CaseId, _origin!, probabilities, options.SaveProbabilities, () =>
        {
            if (options.SaveProbabilities) ResultLayout.Of(_contract).WriteProbabilities(probabilities, prediction.Maps, properties, _contract, cancel);
            return results.Write(CaseId, segmentation, properties.Image, _contract.Labels.NamesByLabel());
        });
        if (options.DicomSegmentation || options.StructureSet)
            DicomCompanions.Write(results.Path, CaseId, segmentation, Where, _contract.Labels.SegmentsByValue(), options.DicomSegmentation, options.StructureSet);
        if (options.DicomFractions) DicomCompanions.WriteFractions(results.Path, CaseId, prediction.Maps, properties, Where, _contract, cancel);
    }
}
