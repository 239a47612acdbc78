using NnUNet.Foundation;

namespace NnUNet.Core.Ensembling;

/// <summary>How folders of probabilities are merged.</summary>
public sealed record EnsembleOptions
{
    /// <summary>A <c>postprocessing.json</c> that is applied to the result.</summary>
    /// <value>null: nothing is removed.</value>
    public string? PostprocessingFile { get; init; }

    /// <summary>Whether the mean probabilities are written too.</summary>
    /// <value>False.</value>
    public bool SaveProbabilities { get; init; }

    /// <summary>The ending of the segmentations, which chooses their format.</summary>
    /// <value>Null: that of the segmentations that are in the output folder already, or else beside the probabilities.</value>
    public string? Ending { get; init; }

    /// <summary>Whether cases are merged again whose segmentation was made from the same probabilities.</summary>
    /// <value>False: those are skipped.</value>
    public bool Overwrite { get; init; }

    /// <summary>Whether probabilities, images and segmentations are compared with their records by content, even where sizes and times of change are the same.</summary>
    /// <value>False.</value>
    public bool Recheck { get; init; }

    /// <summary>Cases at the same time.</summary>
    /// <value>0: as many as <see cref="ParallelLoop.DefaultDegree"/>.</value>
    public int Threads { get; init; }

    /// <summary>Bytes that all cases in work may take; a single case may always run.</summary>
    /// <value>0: half of the memory that the process may use.</value>
    public long MaxRamBytes { get; init; }
}

/// <summary>Probabilities that cannot be merged.</summary>
public sealed class EnsembleException(string where, string what, string remedy, Exception? inner = null)
    : DescribedException(where, what, remedy, inner);
