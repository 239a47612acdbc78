namespace NnUNet.Core.Preprocessing.Run;

/// <summary>The steps of <see cref="PreprocessingRun"/>.</summary>
public enum PreprocessingStep
{
    /// <summary>Looking for faults in all files.</summary>
    Verify,

    /// <summary>Reading, cropping and measuring every case.</summary>
    Fingerprint,

    /// <summary>Deriving the plans.</summary>
    Plan,

    /// <summary>Resampling and normalising every case for every stage of the plans.</summary>
    Preprocess,
}

/// <summary>How far <see cref="PreprocessingRun"/> is.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Step">What is done.</param>
/// <param name="CaseId">The case that is done; the planner's name while planning.</param>
/// <param name="Done">Cases that this step has done.</param>
/// <param name="Total">Cases in all.</param>
public readonly record struct PreprocessingProgress(string Task, PreprocessingStep Step, string CaseId, int Done, int Total);

/// <summary>What a run made of one task.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Plan3D">The 3D plan; null where there is no 3D planner.</param>
/// <param name="Plan2D">The 2D plan; null where there is no 2D planner.</param>
/// <param name="Made">Cases that were preprocessed.</param>
/// <param name="Current">Cases that needed nothing because they were current.</param>
/// <param name="Warnings">Warnings of the verification; empty where it was not asked for.</param>
public sealed record PreprocessingResult(
    string Task, Planning.Plan? Plan3D, Planning.Plan? Plan2D, int Made, int Current, IReadOnlyList<Datasets.DatasetFault> Warnings);
