using NnUNet.Core;
using NnUNet.Core.Cases;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Torch.Inference;
using NnUNet.Workflows.Prediction;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Workflows.Steps;

/// <summary>What the user asks of <c>nnunet run</c>.</summary>
public sealed record WholeRunOptions
{
    /// <summary>A task of the Medical Segmentation Decathlon as it was downloaded, which is converted first.</summary>
    /// <value>Null: the task is in the raw folder already.</value>
    public string? DecathlonFolder { get; init; }

    /// <summary>How the task is planned and preprocessed. Files are always verified before, once.</summary>
    /// <value>As <c>nnUNet_plan_and_preprocess</c> does.</value>
    public PreprocessingOptions Preparation { get; init; } = new();

    /// <summary>Folders, task, and what is trained how. Whether probabilities are written is decided by the run.</summary>
    public required TrainAllOptions Training { get; init; }

    /// <summary>Whether pairs of configurations compete too.</summary>
    /// <value>True.</value>
    public bool Ensembling { get; init; } = true;

    /// <summary>Whether postprocessing is decided for every candidate.</summary>
    /// <value>True.</value>
    public bool Postprocessing { get; init; } = true;

    /// <summary>Options that the commands in <c>prediction_commands.txt</c> need, such as <c>--results DIR</c>.</summary>
    /// <value>None.</value>
    public string CommandOptions { get; init; } = "";

    /// <summary>The images to segment.</summary>
    /// <value>Null: none, the run ends with the choice of the best.</value>
    public string? Input { get; init; }

    /// <summary>Gets the segmentations.</summary>
    /// <value>Null where there is no <see cref="Input"/>.</value>
    public string? Output { get; init; }

    /// <summary>The ending of the segmentations, which chooses their format.</summary>
    /// <value>Null: that of the images, or <c>.nii.gz</c> where that format is only read.</value>
    public string? Ending { get; init; }

    /// <summary>How the images are segmented. The folds are those that were compared.</summary>
    /// <value>The defaults.</value>
    public PredictOptions Prediction { get; init; } = new();

    /// <summary>Segments the images on several devices.</summary>
    /// <value>Null: on the one of <see cref="Prediction"/>.</value>
    internal DevicePredictions? PredictionDevices { get; init; }

    /// <summary>Whether files are compared by content with what was made from them, even where sizes and times of change are the same.</summary>
    /// <value>False.</value>
    public bool Recheck { get; init; }

    /// <summary>The folders in force.</summary>
    public Workspace Workspace => Training.Each.Workspace;

    /// <summary>What is wrong with the options themselves, each in one sentence; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (string fault in Preparation.Faults().Concat(Training.Faults()).Concat(Prediction.Faults())) yield return fault;
        foreach (string fault in (Training.Each with { Configuration = Configuration.FullResolution }).TrainerFaults()) yield return fault;
        foreach (string fault in (Training.Each with { Configuration = Configuration.Cascade, Trainer = Training.CascadeTrainer }).TrainerFaults()) yield return fault;
        if (Training.Folds.Contains(Folds.All)) yield return $"the fold {Folds.All} leaves no case to compare configurations by; give numbers (nnUNet_train trains {Folds.All})";
        if (Ending is not null && ResultEnding.Fault(Ending) is { } unwritten) yield return unwritten;
        if (Input is null != Output is null) yield return "images to segment need both an input and an output folder";
        if (Input is not null && !Directory.Exists(Input)) yield return $"there is no input folder {Input}";
    }
}
