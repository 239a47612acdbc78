using System.Globalization;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2.Results;

/// <summary>Decides by scored segmentations which components are removed, as nnU-Net v2 does.</summary>
/// <remarks>
/// First all foreground labels together: used where the mean Dice rises and that of no structure falls. Then, where there are several
/// structures, one after the other from the result before: used where its own Dice rises. No temporary folders are written; each case
/// is read once a step. Source: nnunetv2/postprocessing/remove_connected_components.py, determine_postprocessing.
/// </remarks>
internal static class PostprocessingChoice
{
    /// <summary>The folder of the postprocessed segmentations within that of the segmentations.</summary>
    public const string FolderName = "postprocessed";

    /// <summary>Decides, and writes <c>postprocessing.pkl</c>, <c>postprocessing.json</c> and the folder <c>postprocessed</c>.</summary>
    /// <param name="folder">The segmentations; their <c>summary.json</c> is made where it is missing.</param>
    /// <param name="references">The folder of the references.</param>
    /// <param name="labels">The labels of both.</param>
    /// <param name="keep">Whether the folder of the postprocessed segmentations is made.</param>
    /// <param name="loop">How many at a time.</param>
    /// <exception cref="DescribedException">Files are missing, cannot be read or do not fit.</exception>
    public static ChosenPostprocessing Determine(string folder, string references, ResultLabels labels, bool keep, SegmentationLoop loop)
    {
        IReadOnlyList<SegmentationPair> pairs = ResultSummary.Pairs(references, folder, labels.FileEnding, complete: false);
        IReadOnlyList<ComponentRegion> structures = labels.Structures;
        string summary = Path.Combine(folder, ResultSummary.FileName);
        if (!File.Exists(summary)) ResultSummary.Of(pairs, structures, labels.IgnoreLabel, loop).Write(summary);
        SummaryMeans before = SummaryMeans.Read(summary), now = before;
        if (structures.FirstOrDefault(s => !before.Mean.ContainsKey(s.ToString())) is { } unscored)
        {
            throw new DescribedException(summary, $"it has no scores of {unscored}, which dataset.json names", "remove the file, so that the segmentations are scored again");
        }

        List<ComponentStep> steps = [];
        List<PostprocessingTrial> trials = [];
        ResultSummary? final = null;

        Try(ComponentStep.All(labels.Foreground), "", after => after.ForegroundDice > before.ForegroundDice && !after.Mean.Keys.Any(k => after.DiceOf(k) < before.DiceOf(k)));
        foreach (ComponentRegion structure in structures.Count > 1 ? structures : [])
        {
            string key = structure.ToString();
            Try(ComponentStep.Of(structure), key, after => after.DiceOf(key) > now.DiceOf(key));
        }

        ResultPostprocessing chosen = new([.. steps]);
        string output = Path.Combine(folder, FolderName);
        if (Directory.Exists(output)) Directory.Delete(output, recursive: true);
        if (keep)
        {
            chosen.ApplyTo(folder, output, labels.FileEnding, loop);
            (final ?? ResultSummary.Of(pairs, structures, labels.IgnoreLabel, loop)).Write(Path.Combine(output, ResultSummary.FileName), output);
        }

        chosen.Write(folder, before, now);
        return new ChosenPostprocessing(chosen, trials, before, now);

        void Try(ComponentStep step, string structure, Func<SummaryMeans, bool> better)
        {
            ResultPostprocessing tried = new([.. steps, step]);
            ResultSummary scores = ResultSummary.Of(pairs, structures, labels.IgnoreLabel, loop, (_, volume) => tried.Apply(volume), string.Create(CultureInfo.InvariantCulture, $"trying {step.Text}"));
            SummaryMeans after = scores.Means;
            bool used = better(after);
            trials.Add(new PostprocessingTrial(step, structure.Length == 0 ? now.ForegroundDice : now.DiceOf(structure), structure.Length == 0 ? after.ForegroundDice : after.DiceOf(structure), used));
            if (!used) return;
            steps.Add(step);
            (now, final) = (after, scores);
        }
    }
}

/// <summary>What was tried.</summary>
/// <param name="Step">The step.</param>
/// <param name="Before">The mean Dice of its structure, or of the foreground, before.</param>
/// <param name="After">And after.</param>
/// <param name="IsUsed">Whether it is used.</param>
internal sealed record PostprocessingTrial(ComponentStep Step, double Before, double After, bool IsUsed);

/// <summary>A decision with what it rests on.</summary>
/// <param name="Postprocessing">What is removed.</param>
/// <param name="Trials">What was tried, in order.</param>
/// <param name="Before">The scores before.</param>
/// <param name="After">The scores after.</param>
internal sealed record ChosenPostprocessing(ResultPostprocessing Postprocessing, IReadOnlyList<PostprocessingTrial> Trials, SummaryMeans Before, SummaryMeans After);
