using NnUNet.Core.Cases;
using NnUNet.Core.Cropping;
using NnUNet.Core.Models;
using NnUNet.Torch.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Web.Service.Uploads;

/// <summary>An image of which only headers are looked at.</summary>
/// <param name="contract">The model's contract.</param>
/// <param name="image">The image's files.</param>
/// <param name="options">How it would be predicted.</param>
/// <param name="savesProbabilities">Whether the probabilities would be written, too.</param>
internal sealed class HeaderCase(ModelContract contract, InputCase image, PredictOptions options, bool savesProbabilities) : FileCase(contract, image, options, savesProbabilities)
{
    /// <inheritdoc/>
    public override void Finish(CasePrediction prediction, CaseProperties properties, IProgress<double>? progress, CancellationToken cancel) => throw new NotSupportedException("It is not predicted.");
}
