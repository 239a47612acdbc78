using NnUNet.Core.Preprocessing.Steps;

namespace NnUNet.Torch.Inference;

/// <summary>Predicts the preprocessed cases of a <see cref="PredictPipeline"/> with loaded networks.</summary>
internal interface ICasePredictor : IDisposable
{
    /// <summary>The networks' averaged output for a case.</summary>
    /// <param name="prepared">The case.</param>
    /// <param name="inFile">Whether the output goes to a temporary file, since memory does not suffice.</param>
    /// <param name="progress">Receives a report after each batch of tiles, on the CPU also after each pass of it through a network.</param>
    /// <param name="cancel">Stops within a batch of tiles.</param>
    CasePrediction Predict(PreprocessedCase prepared, bool inFile, IProgress<TileProgress>? progress, CancellationToken cancel);
}
