namespace NnUNet.Torch.Inference;

/// <summary>How a <see cref="PredictPipeline"/> predicts cases.</summary>
/// <param name="Predict">How each is predicted.</param>
internal sealed record PipelineOptions(PredictOptions Predict)
{
    /// <summary>Cases that are read and preprocessed at the same time.</summary>
    /// <value>1.</value>
    public int PreprocessingThreads { get; init; } = 1;

    /// <summary>Cases that are exported at the same time.</summary>
    /// <value>1.</value>
    public int ExportThreads { get; init; } = 1;

    /// <summary>Whether the first fault of a case ends the run; otherwise it is noted and the other cases continue.</summary>
    /// <value>False.</value>
    public bool StopsAtFault { get; init; }

    /// <summary>Bytes that loading the networks takes for a while beside their weights.</summary>
    /// <value>0: they are loaded already.</value>
    public long LoadingBytes { get; init; }
}
