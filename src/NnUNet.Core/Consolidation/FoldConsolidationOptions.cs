using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;

namespace NnUNet.Core.Consolidation;

/// <summary>Which folds of a cross-validation are pooled, and what is done with them.</summary>
public sealed record FoldConsolidationOptions
{
    /// <summary>The folds.</summary>
    /// <value>0 to 4.</value>
    public ValueArray<int> Folds { get; init; } = [0, 1, 2, 3, 4];

    /// <summary>The folder of the segmentations in each fold's folder.</summary>
    /// <value>validation_raw.</value>
    public string ValidationFolderName { get; init; } = PostprocessingOptions.ValidationFolderName;

    /// <summary>The folder of the references.</summary>
    /// <value>null: <c>gt_niftis</c> in the model's folder.</value>
    public string? ReferenceFolder { get; init; }

    /// <summary>Whether every reference must have a segmentation in one of the folds.</summary>
    /// <value>True.</value>
    public bool RequireAllCases { get; init; } = true;

    /// <summary>Whether postprocessing is decided and applied; otherwise the folds are only pooled and scored.</summary>
    /// <value>True.</value>
    public bool Postprocess { get; init; } = true;

    /// <summary>Whether results stay that were made from the same files in the same way.</summary>
    /// <value>False: everything is done again.</value>
    public bool ReuseCurrent { get; init; }

    /// <summary>With <see cref="ReuseCurrent"/>: whether files are compared by content even where sizes and times of change are the same.</summary>
    /// <value>False.</value>
    public bool Recheck { get; init; }

    /// <summary>Whether components stay that are not smaller than the smallest of the cases' largest components.</summary>
    /// <value>False.</value>
    public bool KeepLargeComponents { get; init; }

    /// <summary>Cases at the same time.</summary>
    /// <value>0: as many as <see cref="ParallelLoop.DefaultDegree"/>.</value>
    public int Threads { get; init; }

    /// <summary>Bytes that all cases in work may take; a single case may always run.</summary>
    /// <value>0: half of the memory that the process may use.</value>
    public long MaxRamBytes { get; init; }
}

/// <summary>A pooled cross-validation.</summary>
/// <param name="Raw">The scores of the segmentations as they were predicted, over all cases of all folds.</param>
/// <param name="Decision">The postprocessing; null where none was asked for.</param>
/// <param name="Reused">Whether everything was current already.</param>
public sealed record FoldConsolidationResult(SegmentationSummary Raw, PostprocessingDecision? Decision, bool Reused);
