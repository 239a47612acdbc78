using NnUNet.Core.Datasets;

namespace NnUNet.Torch.Inference;

/// <summary>How far a run is.</summary>
/// <param name="CaseId">The case that made progress.</param>
/// <param name="Stage">The stage that it is in.</param>
/// <param name="Share">How much of this stage is done, 0 to 1; 1 at the end of the export means that the case is finished.</param>
/// <param name="Done">Cases that are finished or failed.</param>
/// <param name="Total">Cases that this run predicts.</param>
public readonly record struct PredictProgress(string CaseId, PredictStage Stage, double Share, int Done, int Total)
{
    /// <summary>In the network, the case's tiles; otherwise none.</summary>
    public TileProgress Tiles { get; init; }

    /// <summary>
    /// How much of the whole run is done, 0 to 1, cases that are not finished included. Each stage counts by the time that it has
    /// taken on average; until that is known only the network's does. It never falls.
    /// </summary>
    public double RunShare { get; init; }

    /// <summary>Whether this is the first stage of a cascade, whose segmentations the second stage sees. Each stage counts its cases anew.</summary>
    public bool LowResolution { get; init; }

    /// <summary>Once a case, before it is read: bytes of memory that it takes at most; otherwise 0.</summary>
    public long ExpectedBytes { get; init; }

    /// <summary>With <see cref="ExpectedBytes"/>: bytes on the disk for its probabilities, where memory does not suffice; otherwise 0.</summary>
    public long ExpectedFileBytes { get; init; }

    /// <summary>What is odd about the case's files and is put right, as soon as it is known; null in most reports.</summary>
    public DatasetFault? Warning { get; init; }
}
