using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Core.Preprocessing.Steps;

namespace NnUNet.Torch.Inference;

/// <summary>A case on its way through a <see cref="PredictPipeline"/>: where it comes from, and what becomes of it.</summary>
internal abstract class PipelineCase
{
    /// <summary>The case's name.</summary>
    public abstract string CaseId { get; }

    /// <summary>The file that the case comes from, for messages.</summary>
    public abstract string Where { get; }

    /// <summary>What is odd about the case's headers, before anything is estimated from them.</summary>
    public virtual IReadOnlyList<DatasetFault> Look() => [];

    /// <summary>What the case takes in memory, before it is read.</summary>
    public abstract CaseMemory Expect();

    /// <summary>Reads the case and makes it ready for the network.</summary>
    public abstract PreprocessedCase Prepare(CancellationToken cancel);

    /// <summary>Brings what the networks say back onto the image's grid and writes it.</summary>
    /// <param name="said">What the networks say; disposed by the pipeline afterwards.</param>
    /// <param name="properties">How the case was made.</param>
    /// <param name="cancel">Stops between blocks.</param>
    public abstract void Finish(NetworkProbabilities said, CaseProperties properties, CancellationToken cancel);
}

/// <summary>The networks of a <see cref="PredictPipeline"/>.</summary>
internal interface IPipelineNetworks : IDisposable
{
    /// <summary>What the networks say about a case.</summary>
    /// <param name="prepared">The case.</param>
    /// <param name="inFile">Whether it goes to a temporary file, since memory would not do.</param>
    /// <param name="progress">Told of each batch of tiles.</param>
    /// <param name="cancel">Stops within a batch of tiles.</param>
    NetworkProbabilities Predict(PreprocessedCase prepared, bool inFile, IProgress<TileProgress>? progress, CancellationToken cancel);
}

/// <summary>How cases go through a <see cref="PredictPipeline"/>.</summary>
/// <param name="Predict">How each is predicted.</param>
internal sealed record PipelineOptions(PredictOptions Predict)
{
    /// <summary>Cases that are read and preprocessed at the same time.</summary>
    /// <value>1.</value>
    public int PreprocessingThreads { get; init; } = 1;

    /// <summary>Cases that are exported at the same time.</summary>
    /// <value>1.</value>
    public int ExportThreads { get; init; } = 1;

    /// <summary>Whether the first fault of a case ends the run; otherwise it is noted and the other cases go on.</summary>
    /// <value>False.</value>
    public bool StopsAtFault { get; init; }
}
