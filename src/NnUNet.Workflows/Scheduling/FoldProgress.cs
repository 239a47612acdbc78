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

    /// <summary>Looks into a fold's folder, and compares what is there with what is asked for; reads no numbers of any checkpoint.</summary>
    /// <param name="foldPath">The fold's folder; need not exist.</param>
    /// <param name="fold">Its cases.</param>
    /// <param name="nextStage">Takes the segmentations of the validation cases for the cascade's second stage; null where none follows.</param>
    /// <param name="asked">What is asked of the fold.</param>
    /// <param name="design">What plan and recipe decide.</param>
    /// <returns>Where options were others when it was begun, or where it would go on by another plan or recipe, the state is <see cref="FoldState.Different"/>.</returns>
    public static FoldProgress Of(string foldPath, Fold fold, PreviousStageFolder? nextStage, TrainingOptions asked, TrainingDesign design) =>
        Read(foldPath, fold, nextStage, asked, design).ComparedWith(asked, design);

    private static FoldProgress Read(string foldPath, Fold fold, PreviousStageFolder? nextStage, TrainingOptions asked, TrainingDesign design)
    {
        if (FoldLock.OwnerOf(foldPath) is { } owner) return new FoldProgress(FoldState.Running, null, null, owner);
        if (OtherTraining.Find(foldPath, best: false, finalOnly: false) is { } other) return OfOther(other, foldPath, fold, nextStage, asked, design);

        TrainingFiles files = new(foldPath);
        if (!files.HasAny) return new FoldProgress(FoldState.Missing, null);

        TrainingRecord record;
        try
        {
            record = files.ReadLast(finalOnly: false);
        }
        catch (DescribedException e)
        {
            return new FoldProgress(FoldState.Damaged, null, null, $"{e.What} (move {e.Where} away to train the fold anew)");
        }

        if (!files.HasFinal) return new FoldProgress(FoldState.Interrupted, record);

        return IsValidated(foldPath, fold, asked.Validation, nextStage)
            ? new FoldProgress(FoldState.Complete, record, Score(foldPath, asked.Validation))
            : new FoldProgress(FoldState.NotValidated, record);
    }

    /// <summary>A fold that another program trained. Its weights are in use as they are; training beside them would make two models of one fold.</summary>
    private static FoldProgress OfOther(string path, string foldPath, Fold fold, PreviousStageFolder? nextStage, TrainingOptions asked, TrainingDesign design)
    {
        string by = $"trained by {ModelFormat.ForCheckpoint(path).Title}";
        bool final = OtherTraining.IsFinalAt(path);
        if (final && IsValidated(foldPath, fold, asked.Validation, nextStage)) return new FoldProgress(FoldState.Complete, null, Score(foldPath, asked.Validation), by);
        try
        {
            using OtherTraining other = OtherTraining.Open(path, asked, design);
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
    private FoldProgress ComparedWith(TrainingOptions options, TrainingDesign design)
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
}
