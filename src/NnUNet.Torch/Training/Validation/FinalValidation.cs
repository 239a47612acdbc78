using NnUNet.Core.Cases;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Export;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training.Logs;

namespace NnUNet.Torch.Training.Validation;

/// <summary>
/// Predicts the fold's validation cases and scores them: <c>validation_raw/</c> with <c>summary.json</c>. Decides by them which
/// components are removed: <c>postprocessing.json</c> and <c>validation_raw_postprocessed/</c>.
/// </summary>
/// <remarks>With regions, their Dice is in <c>summary.csv</c> too, as the original's BraTS trainers leave it. Copies the reference segmentations into the model's folder too, where choosing the best configuration looks for them. Source: nnUNetTrainer.py, validate.</remarks>
internal static class FinalValidation
{
    /// <summary>The folder in the fold's folder.</summary>
    public const string FolderName = PostprocessingOptions.ValidationFolderName;

    private const string PostprocessedSuffix = "_postprocessed";

    /// <summary>Predicts and scores all cases, with the help of the processes that have trained with this one. Call it on the thread that calls torch.</summary>
    /// <returns>The scores; null where the fold has no validation case.</returns>
    /// <exception cref="DescribedException">A case has no reference segmentation, or cannot be predicted or scored.</exception>
    public static SegmentationSummary? Run(
        TrainingSetup setup,
        SegmentationNetwork network,
        TorchDevice device,
        TrainingSettings settings,
        ValidationOptions options,
        TrainingReporter reporter,
        ReplicaGroup group,
        CancellationToken cancel)
    {
        ValueArray<string> cases = setup.Fold.Val;
        if (cases.Count == 0)
        {
            reporter.Notice("this fold has no validation cases, so nothing is scored");
            return null;
        }

        ValidationPass pass = new(setup, settings, options, device, mirror: true);
        if (Directory.Exists(pass.Folder)) RemoveStale(setup, pass.Folder, options, reporter);
        SegmentationSummary summary = pass.Run(network, options.CheckpointStem, setup.Contract.Labels.Structures, setup.NextStage, reporter, group, cancel);
        reporter.Notice(FormattableString.Invariant($"final validation of {cases.Count} cases: mean {(summary.Regions is null ? "foreground Dice" : "Dice of the regions")} {summary.ForegroundMean():0.0000}"));
        if (summary.Regions is { } regions) RegionTable.Write(Path.Combine(pass.Folder, RegionTable.FileName), regions);
        if (setup.Fold.Train.Contains(cases[0])) reporter.Notice("these cases were trained on: their scores say nothing about new images");

        ReferenceSegmentations.Copy(ImageFolder.Of(setup.ReferencePath).Images, Path.Combine(setup.ModelPath, ReferenceSegmentations.ModelFolder));
        if (options.Postprocess) Postprocess(setup, options, reporter, cancel);
        return summary;
    }

    /// <summary>Predicts a share of the cases for the leading process. Call it on the thread that calls torch.</summary>
    public static void Follow(TrainingSetup setup, SegmentationNetwork network, TorchDevice device, TrainingSettings settings, ValidationOptions options, ReplicaGroup group, CancellationToken cancel)
    {
        if (setup.Fold.Val.Count > 0) new ValidationPass(setup, settings, options, device, mirror: true).Follow(network, setup.NextStage, group, cancel);
    }

    /// <summary>Whether a fold's validation has left all that is asked for.</summary>
    /// <param name="foldPath">The fold's folder.</param>
    /// <param name="fold">Its cases.</param>
    /// <param name="options">What is asked for.</param>
    public static bool IsComplete(string foldPath, Fold fold, ValidationOptions options)
    {
        if (fold.Val.Count == 0) return true;

        string folder = Path.Combine(foldPath, options.FolderName);
        ImageFolder there = ImageFolder.Of(folder);
        KnownFile[] model = ValidationResults.ModelFiles(foldPath, options);
        return File.Exists(Path.Combine(folder, SegmentationSummary.FileName))
            && (!options.Postprocess || File.Exists(Path.Combine(foldPath, PostprocessingDecision.FileName)))
            && fold.Val.All(c => there.All(c).Any(i => ValidationResults.IsThere(i, options)) && ValidationResults.MayBeOf(model, folder, c));
    }

    /// <summary>Removes what would be taken for this validation's: scores of earlier predictions if this ends early, and cases that have left the fold.</summary>
    private static void RemoveStale(TrainingSetup setup, string folder, ValidationOptions options, TrainingReporter reporter)
    {
        File.Delete(Path.Combine(folder, SegmentationSummary.FileName));
        File.Delete(Path.Combine(folder, RegionTable.FileName));
        if (options.Postprocess) File.Delete(Path.Combine(setup.FoldPath, PostprocessingDecision.FileName));

        ImageLocation[] left = [.. ImageFolder.Of(folder).Images.Where(i => !setup.Fold.Val.Contains(i.Name))];
        foreach (ImageLocation stale in left)
        {
            string probabilities = ValidationResults.ProbabilitiesOf(stale.Path);
            stale.Delete();
            new ResultRecords(folder).Remove(stale.Name);
            ProbabilityFile.Delete(probabilities);
        }

        if (left.Length > 0) reporter.Notice($"{left.Length} segmentations in {options.FolderName} of cases that are not in this fold any more are removed");
    }

    private static void Postprocess(TrainingSetup setup, ValidationOptions options, TrainingReporter reporter, CancellationToken cancel)
    {
        PostprocessingOptions postprocessing = new() { RawFolderName = options.FolderName, FinalFolderName = options.FolderName + PostprocessingOptions.PostprocessedSuffix };
        PostprocessingDecision decision = PostprocessingDeterminer.Determine(
            setup.FoldPath, setup.ReferencePath, postprocessing, new Relay<PostprocessingProgress>(p => reporter.ValidationStep($"postprocessing, {p.Step}", p.Done, p.Total)), cancel);
        string why = decision.ForWhichClasses.Count == 0 ? ", since no class gains by removing parts" : "";
        reporter.Notice($"postprocessing of this fold: {decision.Text}{why}");
    }
}
