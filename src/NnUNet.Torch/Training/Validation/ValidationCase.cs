using NnUNet.Core.Cropping;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;

namespace NnUNet.Torch.Training.Validation;

/// <summary>A preprocessed case whose segmentation goes to the validation's folder, and, where a second stage follows, as its input.</summary>
/// <param name="setup">The training.</param>
/// <param name="caseId">The case's name.</param>
/// <param name="results">Get the segmentation.</param>
/// <param name="nextStage">Takes it for the cascade's second stage; null where none is to.</param>
/// <param name="predict">How it is predicted.</param>
/// <param name="saveProbabilities">Whether the probabilities are written too.</param>
internal sealed class ValidationCase(TrainingSetup setup, string caseId, ValidationResults results, NextStageWriter? nextStage, PredictOptions predict, bool saveProbabilities) : PipelineCase
{
    /// <inheritdoc/>
    public override string CaseId => caseId;

    /// <inheritdoc/>
    public override string Where => caseId;

    private ModelContract Contract => setup.Contract;

    /// <inheritdoc/>
    public override CaseMemory Expect()
    {
        using PreprocessedCaseFile file = setup.OpenCase(caseId);
        return CaseMemory.OfPreprocessed(Contract, file.Properties, file.Extent, predict, saveProbabilities) with { OnlyLabels = null }; // the next stage may want the rest too
    }

    /// <inheritdoc/>
    public override PreprocessedCase Prepare(CancellationToken cancel) => setup.Load(caseId);

    /// <inheritdoc/>
    public override void Finish(CasePrediction prediction, CaseProperties properties, IProgress<double>? progress, CancellationToken cancel)
    {
        results.Write(caseId, (path, probabilities) =>
        {
            if (probabilities is not null) ProbabilityFile.Write(probabilities, prediction.Maps, properties, Contract, null, cancel);
            nextStage?.Write(caseId, prediction.Maps, cancel);
            ImageFile.WriteLabels(path, CaseExport.Run(Contract, prediction, properties, predict.Mode, progress, cancel), properties.Image);
        });
    }
}
