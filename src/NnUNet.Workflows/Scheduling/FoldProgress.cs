using NnUNet.Core.Cascade;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Validation;

namespace NnUNet.Workflows.Scheduling;

/// <summary>How far the training of a fold is, read from its folder.</summary>
/// <param name="State">How far it is.</param>
/// <param name="Record">The record of the checkpoint from which it continues; null where there is none.</param>
/// <param name="Dice">Mean foreground Dice of the validation cases; null where they are not scored.</param>
/// <param name="Remark">What is wrong or particular; empty where nothing is.</param>
internal sealed record FoldProgress(FoldState State, TrainingRecord? Record, double? Dice = null, string Remark = "")
{
    /// <summary>What was asked or decided otherwise when it was begun; null where nothing was.</summary>
    public TrainingDifferences? Differences { get; init; }

    private const string PythonEnding = ".model";

    /// <summary>Looks into a fold's folder; reads no numbers of any checkpoint.</summary>
    /// <param name="foldPath">The fold's folder; need not exist.</param>
    /// <param name="fold">Its cases.</param>
    /// <param name="validation">What its validation should leave.</param>
    /// <param name="nextStage">Takes the segmentations of the validation cases for the cascade's second stage; null where none follows.</param>
    public static FoldProgress Of(string foldPath, Fold fold, ValidationOptions validation, PreviousStageFolder? nextStage = null)
    {
        if (FoldLock.OwnerOf(foldPath) is { } owner) return new FoldProgress(FoldState.Running, null, null, owner);

        string final = PathOf(foldPath, Checkpoint.Final), latest = PathOf(foldPath, Checkpoint.Latest);
        if (!File.Exists(final) && !File.Exists(latest) && !File.Exists(Checkpoint.PreviousOf(latest)))
        {
            // Its weights are in use as they are; training beside them would make two models of one fold.
            return File.Exists(Path.ChangeExtension(final, PythonEnding))
                ? new FoldProgress(FoldState.Complete, null, Score(foldPath, validation), "trained by the Python nnU-Net")
                : new FoldProgress(FoldState.Missing, null);
        }

        TrainingRecord record;
        try
        {
            record = new TrainingFiles(foldPath).ReadLast(finalOnly: false);
        }
        catch (DescribedException e)
        {
            return new FoldProgress(FoldState.Damaged, null, null, $"{e.What} (move {e.Where} away to train the fold anew)");
        }

        if (!File.Exists(final)) return new FoldProgress(FoldState.Interrupted, record);

        return FinalValidation.IsComplete(foldPath, fold, validation) && (nextStage is null || fold.Val.All(nextStage.Contains))
            ? new FoldProgress(FoldState.Complete, record, Score(foldPath, validation))
            : new FoldProgress(FoldState.NotValidated, record);
    }

    /// <summary>The same fold beside a training that is asked for.</summary>
    /// <param name="options">What is asked of the fold.</param>
    /// <param name="design">What plan and recipe decide.</param>
    /// <returns>Where options were others when it was begun, or where it would go on by another plan or recipe, the state is <see cref="FoldState.Different"/>.</returns>
    public FoldProgress ComparedWith(TrainingOptions options, TrainingDesign design)
    {
        if (Record is null) return this;

        TrainingDifferences differences = design.DifferencesFrom(options, Record.Settings);
        if (differences.Asked.Count == 0 && differences.Decided.Count == 0) return this;

        // What is complete is used as it is, by its own plan in the model's folder; only options say that something else is wanted.
        return differences.Asked.Count > 0 || State != FoldState.Complete
            ? this with { State = FoldState.Different, Differences = differences, Remark = string.Join(", ", differences.Asked.Concat(differences.Decided)) }
            : this with { Differences = differences, Remark = $"by another plan or recipe: {string.Join(", ", differences.Decided)}" };
    }

    private static double? Score(string foldPath, ValidationOptions validation)
    {
        string summary = Path.Combine(foldPath, validation.FolderName, SegmentationSummary.FileName);
        return File.Exists(summary) ? SegmentationSummary.Read(summary).ForegroundMean() : null;
    }

    private static string PathOf(string foldPath, string stem) => Path.Combine(foldPath, stem + Checkpoint.Ending);
}
