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
/// <param name="CaseId">The case that is done, empty when a step begins; the planner's name while planning.</param>
/// <param name="Done">Cases that this step has done.</param>
/// <param name="Total">Cases in all.</param>
public readonly record struct PreprocessingProgress(string Task, PreprocessingStep Step, string CaseId, int Done, int Total)
{
    /// <summary>What was odd about a file and was put right, as soon as it is known; null in most reports. <see cref="PreprocessingResult.Warnings"/> has all of them.</summary>
    public Datasets.DatasetFault? Warning { get; init; }
}

/// <summary>What a run made of one task.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Plan3D">The 3D plan; null where there is no 3D planner.</param>
/// <param name="Plan2D">The 2D plan; null where there is no 2D planner.</param>
/// <param name="Made">Cases that were preprocessed.</param>
/// <param name="Current">Cases that needed nothing because they were current.</param>
/// <param name="Warnings">What was odd: found by the verification, if asked for, put right while reading, or far from all other cases.</param>
public sealed record PreprocessingResult(
    string Task, Planning.Plan? Plan3D, Planning.Plan? Plan2D, int Made, int Current, IReadOnlyList<Datasets.DatasetFault> Warnings);
