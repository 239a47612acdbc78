using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Core.Preprocessing.Steps;

namespace NnUNet.Torch.Inference;

/// <summary>A case of a <see cref="PredictPipeline"/>: how it is read, and how its prediction is exported.</summary>
internal abstract class PipelineCase
{
    /// <summary>The case's name.</summary>
    public abstract string CaseId { get; }

    /// <summary>The file that the case comes from, for messages.</summary>
    public abstract string Where { get; }

    /// <summary>What is odd about the case's headers, before anything is estimated from them.</summary>
    public virtual IReadOnlyList<DatasetFault> Look() => [];

    /// <summary>The memory that the case will take, estimated before it is read.</summary>
    public abstract CaseMemory Expect();

    /// <summary>Reads the case and makes it ready for the network.</summary>
    public abstract PreprocessedCase Prepare(CancellationToken cancel);

    /// <summary>Exports the networks' output to the image's grid and writes the segmentation.</summary>
    /// <param name="prediction">The networks' averaged output; disposed by the pipeline afterwards.</param>
    /// <param name="properties">How the case was made.</param>
    /// <param name="progress">Gets the share of the segmentation that is made, 0 to 1, before it is written.</param>
    /// <param name="cancel">Stops between blocks.</param>
    public abstract void Finish(CasePrediction prediction, CaseProperties properties, IProgress<double>? progress, CancellationToken cancel);
}
