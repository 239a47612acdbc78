using System.Globalization;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training.Logs;

namespace NnUNet.Torch.Training.Validation;

/// <summary>The whole images of the validation cases predicted and scored at the end of an epoch: <c>validation_after_ep_NNNN/</c>.</summary>
/// <remarks>Without mirroring and postprocessing. Source: nnUNet_variants/miscellaneous/nnUNetTrainerV2_fullEvals.py, on_epoch_end.</remarks>
internal static class EpochValidation
{
    private const string Prefix = "validation_after_ep_";

    /// <summary>The folder of an epoch in the fold's folder.</summary>
    /// <param name="epoch">Epoch from 0 on.</param>
    public static string FolderOf(int epoch) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{epoch:0000}");

    /// <summary>Predicts and scores all cases. Call it on the thread that calls torch.</summary>
    /// <param name="setup">The training.</param>
    /// <param name="network">The network, as the epoch's training left it.</param>
    /// <param name="device">The device that computes.</param>
    /// <param name="settings">What was decided for the training.</param>
    /// <param name="epoch">Epoch from 0 on.</param>
    /// <param name="reporter">Hears of each case.</param>
    /// <param name="cancel">Stops it; the same epoch can be scored again.</param>
    /// <returns>The mean Dice of each of the recipe's structures; NaN where it is in no image.</returns>
    public static ValueArray<double> Run(
        TrainingSetup setup, SegmentationNetwork network, TorchDevice device, TrainingSettings settings, int epoch, TrainingReporter reporter, CancellationToken cancel)
    {
        ValueArray<EvaluationLabel> structures = setup.Recipe.WholeImageStructures;
        if (setup.Fold.Val.Count == 0) return structures.Select(static _ => double.NaN).ToValueArray();

        RemoveFrom(setup.FoldPath, epoch);
        reporter.ValidatesImages(epoch);
        ValidationOptions options = new() { FolderName = FolderOf(epoch), Postprocess = false };
        SegmentationSummary summary = new ValidationPass(setup, settings, options, device, mirror: false)
            .Run(network, Checkpoint.Latest, [.. structures], nextStage: null, reporter, ReplicaGroup.Alone(), cancel);
        return structures.Select(s => summary.Mean(s.Name)).ToValueArray();
    }

    /// <summary>Removes what an earlier training of this fold has left of this epoch and later ones.</summary>
    private static void RemoveFrom(string foldPath, int epoch)
    {
        foreach (string folder in VisibleFiles.FoldersIn(foldPath, Prefix + "*"))
        {
            bool later = int.TryParse(Path.GetFileName(folder).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= epoch;
            if (later) Directory.Delete(folder, recursive: true);
        }
    }
}
