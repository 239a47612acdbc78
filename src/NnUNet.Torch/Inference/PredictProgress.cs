using NnUNet.Core.Datasets;

namespace NnUNet.Torch.Inference;

/// <summary>What a case is going through.</summary>
public enum PredictStage
{
    /// <summary>Its files are found by their names.</summary>
    Found,

    /// <summary>It is read and preprocessed.</summary>
    Preprocessing,

    /// <summary>It is in the network.</summary>
    Network,

    /// <summary>It is resampled and written.</summary>
    Export,
}

/// <summary>How far a run is.</summary>
/// <param name="CaseId">The case that moved.</param>
/// <param name="Stage">What it goes through.</param>
/// <param name="Share">How much of this stage is done, 0 to 1; 1 at the end of the export means that the case is finished.</param>
/// <param name="Done">Cases that are finished or failed.</param>
/// <param name="Total">Cases that this run predicts.</param>
public readonly record struct PredictProgress(string CaseId, PredictStage Stage, double Share, int Done, int Total)
{
    /// <summary>Once a case, before it is read: bytes of memory that it takes at most; otherwise 0.</summary>
    public long ExpectedBytes { get; init; }

    /// <summary>With <see cref="ExpectedBytes"/>: bytes on the disk for its probabilities, where memory would not do; otherwise 0.</summary>
    public long ExpectedFileBytes { get; init; }

    /// <summary>What is odd about the case's files and is put right, as soon as it is known; null in most reports.</summary>
    public DatasetFault? Warning { get; init; }
}

/// <summary>Something odd about a case's files that was put right.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="Warning">The file, and what is odd.</param>
public sealed record PredictWarning(string CaseId, DatasetFault Warning);

/// <summary>A case that could not be predicted.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="Stage">Where it failed.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record PredictFailure(string CaseId, PredictStage Stage, string Reason);
