using NnUNet.Core.Evaluation;
using NnUNet.Core.Export;
using NnUNet.Core.Preprocessing;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Training;

/// <summary>Predicts the fold's validation cases with the final network and scores them: <c>validation_raw/</c> with <c>summary.json</c>.</summary>
/// <remarks>While a case is brought back onto its image's grid, the next one is predicted. Source: nnUNetTrainer.py, validate.</remarks>
internal static class FinalValidation
{
    /// <summary>The folder in the fold's folder.</summary>
    public const string FolderName = "validation_raw";

    private const string Ending = ".nii.gz";

    /// <summary>Predicts and scores all cases. Call it on the thread that calls torch.</summary>
    /// <returns>The scores; null where the fold has no validation case.</returns>
    public static SegmentationSummary? Run(
        TrainingSetup setup, SegmentationNetwork network, TorchDevice device, TrainingSettings settings, TrainingReporter reporter, CancellationToken cancel)
    {
        ValueArray<string> cases = setup.Fold.Val;
        if (cases.Count == 0)
        {
            reporter.Notice("this fold has no validation cases, so nothing is scored");
            return null;
        }

        string folder = Path.Combine(setup.FoldPath, FolderName);
        Directory.CreateDirectory(folder);
        SlidingWindow window = new(network, new SlidingWindowOptions { Tile = setup.Configuration.PatchSize, MirrorAxes = setup.Network.MirrorAxes, Device = device });
        Task export = Task.CompletedTask;
        try
        {
            for (int i = 0; i < cases.Count; i++)
            {
                string caseId = cases[i];
                PreprocessedCase data = setup.Load(caseId);
                MultiChannelArray<float> probabilities = window.Predict(data.Data, null, cancel);
                export.GetAwaiter().GetResult();
                reporter.ValidationCase(caseId, i + 1, cases.Count);
                export = Task.Run(() => ImageFile.WriteLabels(
                    Path.Combine(folder, caseId + Ending),
                    SegmentationExporter.Export(probabilities, data.Properties, setup.Plan, null, cancel)),
                    cancel);
            }

            export.GetAwaiter().GetResult();
        }
        finally
        {
            // Where the prediction failed, its exception counts; the export still has to end.
            export.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait(CancellationToken.None);
        }

        SegmentationPair[] pairs = [.. cases.Select(c => new SegmentationPair(Path.Combine(folder, c + Ending), ReferenceOf(setup, c)))];
        EvaluationOptions options = new() { Name = $"{settings.Trainer} val tiled True", Task = settings.Task };
        IReadOnlyList<EvaluationLabel> labels = EvaluationLabel.From(Enumerable.Range(0, network.Classes));
        SegmentationSummary summary = FolderEvaluator.Evaluate(pairs, labels, options, null, cancel);
        summary.Write(Path.Combine(folder, SegmentationSummary.FileName));
        reporter.Notice(FormattableString.Invariant($"final validation of {cases.Count} cases: mean foreground Dice {summary.ForegroundMean():0.0000}"));
        return summary;
    }

    private static string ReferenceOf(TrainingSetup setup, string caseId) =>
        Directory.Exists(setup.ReferencePath) && Directory.EnumerateFiles(setup.ReferencePath, caseId + ".*").FirstOrDefault(ImageFile.IsImage) is { } path
            ? path
            : throw new DescribedException(setup.ReferencePath, $"there is no reference segmentation of {caseId}", "run nnUNet_plan_and_preprocess again");
}
