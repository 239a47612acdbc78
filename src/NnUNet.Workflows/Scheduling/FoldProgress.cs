using NnUNet.Core.Cascade;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Models;
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

    /// <summary>Looks into a fold's folder; reads no numbers of any checkpoint.</summary>
    /// <param name="foldPath">The fold's folder; need not exist.</param>
    /// <param name="fold">Its cases.</param>
    /// <param name="validation">What its validation should leave.</param>
    /// <param name="nextStage">Takes the segmentations of the validation cases for the cascade's second stage; null where none follows.</param>
    /// <param name="openOther">Opens the checkpoint of another program as the training that is asked for.</param>
    public static FoldProgress Of(string foldPath, Fold fold, ValidationOptions validation, PreviousStageFolder? nextStage, Func<string, OtherTraining> openOther)
    {
        if (FoldLock.OwnerOf(foldPath) is { } owner) return new FoldProgress(FoldState.Running, null, null, owner);

        string final = PathOf(foldPath, Checkpoint.Final), latest = PathOf(foldPath, Checkpoint.Latest);
        if (OtherTraining.Find(foldPath, best: false, finalOnly: false) is { } other) return OfOther(other, openOther, IsValidated(foldPath, fold, validation, nextStage) ? Score(foldPath, validation) : null);
        if (!File.Exists(final) && !File.Exists(latest) && !File.Exists(Checkpoint.PreviousOf(latest))) return new FoldProgress(FoldState.Missing, null);

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

        return IsValidated(foldPath, fold, validation, nextStage)
            ? new FoldProgress(FoldState.Complete, record, Score(foldPath, validation))
            : new FoldProgress(FoldState.NotValidated, record);
    }

    /// <summary>A fold that another program trained. Its weights are in use as they are; training beside them would make two models of one fold.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="open">Opens it as the training that is asked for.</param>
    /// <param name="score">The scores of its validation, where all that is asked for is there; else null.</param>
    private static FoldProgress OfOther(string path, Func<string, OtherTraining> open, double? score)
    {
        string by = $"trained by {ModelFormat.ForCheckpoint(path).Title}";
        bool final = Path.GetFileNameWithoutExtension(path) == Checkpoint.Final;
        if (final && score is not null) return new FoldProgress(FoldState.Complete, null, score, by);
        try
        {
            using OtherTraining other = open(path);
            return new FoldProgress(final ? FoldState.NotValidated : FoldState.Interrupted, other.Record, null, by);
        }
        catch (DescribedException e)
        {
            string remark = $"{by}; {e.What}";
            return final ? new FoldProgress(FoldState.Complete, null, null, remark) : new FoldProgress(FoldState.Different, null, null, remark);
        }
    }

    private static bool IsValidated(string foldPath, Fold fold, ValidationOptions validation, PreviousStageFolder? nextStage) =>
        FinalValidation.IsComplete(foldPath, fold, validation) && (nextStage is null || fold.Val.All(nextStage.Contains));

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
