using NnUNet.Foundation;

namespace NnUNet.Core.Postprocessing;

/// <summary>Where the segmentations lie by which postprocessing is decided, and how it is decided.</summary>
public sealed record PostprocessingOptions
{
    /// <summary>The folder of a fold's predicted validation cases unless the user names another.</summary>
    public const string ValidationFolderName = "validation_raw";

    /// <summary>What the folder of the postprocessed segmentations is called behind the name of the other.</summary>
    public const string PostprocessedSuffix = "_postprocessed";

    /// <summary>The folder of the segmentations as they were predicted, within the base folder.</summary>
    /// <value>validation_raw.</value>
    public string RawFolderName { get; init; } = ValidationFolderName;

    /// <summary>The folder that gets the postprocessed segmentations, within the base folder.</summary>
    /// <value>validation_raw_postprocessed.</value>
    public string FinalFolderName { get; init; } = ValidationFolderName + PostprocessedSuffix;

    /// <summary>The name of the decision's file in the base folder.</summary>
    /// <value>postprocessing.json.</value>
    public string FileName { get; init; } = PostprocessingDecision.FileName;

    /// <summary>The foreground labels.</summary>
    /// <value>None: those of the raw folder's summary.json.</value>
    public ValueArray<int> Classes { get; init; }

    /// <summary>Whether components stay that are not smaller than the smallest of the cases' largest components.</summary>
    /// <value>False: all but the largest go. The original's advanced_postprocessing.</value>
    public bool KeepLargeComponents { get; init; }

    /// <summary>How much better the mean Dice must be.</summary>
    /// <value>0.</value>
    public double DiceThreshold { get; init; }

    /// <summary>Cases at the same time.</summary>
    /// <value>0: as many as <see cref="ParallelLoop.DefaultDegree"/>.</value>
    public int Threads { get; init; }

    /// <summary>Bytes that all cases in work may take; a single case may always run.</summary>
    /// <value>0: half of the memory that the process may use.</value>
    public long MaxRamBytes { get; init; }
}

/// <summary>How far the work is.</summary>
/// <param name="Step">What is done with the cases, for people.</param>
/// <param name="CaseId">The case that was just finished; empty when a step begins.</param>
/// <param name="Done">Cases finished in this step.</param>
/// <param name="Total">All cases of this step.</param>
public readonly record struct PostprocessingProgress(string Step, string CaseId, int Done, int Total);

/// <summary>Segmentations whose postprocessing cannot be decided or applied.</summary>
public sealed class PostprocessingException(string where, string what, string remedy, Exception? inner = null)
    : DescribedException(where, what, remedy, inner);
