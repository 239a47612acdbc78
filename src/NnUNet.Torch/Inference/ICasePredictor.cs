using NnUNet.Core.Preprocessing.Steps;

namespace NnUNet.Torch.Inference;

/// <summary>Predicts the preprocessed cases of a <see cref="PredictPipeline"/> with loaded networks.</summary>
internal interface ICasePredictor : IDisposable
{
    /// <summary>The networks' averaged output for a case.</summary>
    /// <param name="prepared">The case.</param>
    /// <param name="place">Where the output is to be; only labels where they are all that is needed.</param>
    /// <param name="progress">Receives a report after each batch of tiles, on the CPU also after each pass of it through a network.</param>
    /// <param name="cancel">Stops within a batch of tiles.</param>
    CasePrediction Predict(PreprocessedCase prepared, OutputPlace place, IProgress<TileProgress>? progress, CancellationToken cancel);
}
