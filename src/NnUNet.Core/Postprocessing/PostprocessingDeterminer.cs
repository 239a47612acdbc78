using System.Globalization;
using NnUNet.Core.Cases;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging.Algorithms;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Postprocessing;

/// <summary>Decides by segmentations and their references for which classes all but the largest connected component is removed.</summary>
/// <remarks>
/// First all foreground classes together, used where at least one class gets better and none worse; then, from its result or
/// else from the raw segmentations, every class by itself, used for the classes that get better. No temporary folders are
/// written: each case is read once a step. Source: nnunet/postprocessing/connected_components.py, determine_postprocessing.
/// </remarks>
public static class PostprocessingDeterminer
{
    /// <summary>
    /// Decides, writes the decision's file into the base folder, and the postprocessed segmentations with their
    /// <c>summary.json</c> into the final folder; segmentations there that have no raw one any more are removed.
    /// </summary>
    /// <param name="baseFolder">Holds the folder of the raw segmentations with its <c>summary.json</c>.</param>
    /// <param name="referenceFolder">The references, in any image format.</param>
    /// <param name="options">Names of folders and how to decide; null for those of a fold.</param>
    /// <param name="progress">Reports after each case of each step.</param>
    /// <param name="cancel">Stops between cases.</param>
    /// <exception cref="DescribedException">The summary, segmentations or references are missing or unreadable, or do not fit.</exception>
    public static PostprocessingDecision Determine(
        string baseFolder,
        string referenceFolder,
        PostprocessingOptions? options = null,
        IProgress<PostprocessingProgress>? progress = null,
        CancellationToken cancel = default)
    {
        options ??= new PostprocessingOptions();
        string rawFolder = Path.Join(baseFolder, options.RawFolderName);
        int[] classes = options.Classes.Count > 0 ? [.. options.Classes] : ClassesOf(Path.Join(rawFolder, SegmentationSummary.FileName));
        Cases cases = new(new ScoredSegmentations(
            ScoredSegmentations.Find(rawFolder, referenceFolder),
            EvaluationLabel.From(classes),
            new SegmentationLoop(options.Threads, options.MaxRamBytes, progress, cancel),
            cancel));

        Step all = cases.Try("all classes together", [], [ComponentRegion.Joint(classes)], options.KeepLargeComponents);
        bool anyBetter = classes.Any(c => all.Gain(c) > options.DiceThreshold);
        bool anyWorse = classes.Any(c => all.Gain(c) < 0);
        List<ComponentRule> rules = anyBetter && !anyWorse ? [.. all.Rules] : [];

        Step? each = classes.Length > 1 ? cases.Try("each class by itself", [.. rules], [.. classes.Select(ComponentRegion.Of)], options.KeepLargeComponents) : null;
        if (each is not null) rules.AddRange(each.Rules.Where(rule => each.Gain(rule.Region.Classes[0]) > options.DiceThreshold));

        string finalFolder = Path.Join(baseFolder, options.FinalFolderName);
        cases.WriteFinal(finalFolder, rules);
        PostprocessingDecision decision = new()
        {
            DicePerClassRaw = Table(classes, all.Before),
            DicePerClassAll = Table(classes, all.After),
            DicePerClassEach = each is null ? new(StringComparer.Ordinal) : Table(classes, each.After),
            ForWhichClasses = rules.Select(static r => r.Region).ToValueArray(),
            MinValidObjectSizes = SizeLimits.Print(rules, options.KeepLargeComponents),
            NumSamples = cases.Count,
            ValidationRaw = options.RawFolderName,
            ValidationFinal = options.FinalFolderName,
        };
        decision.Write(Path.Join(baseFolder, options.FileName));
        return decision;
    }

    private static SortedDictionary<string, double> Table(IEnumerable<int> classes, SegmentationSummary scores) =>
        new(classes.ToDictionary(Name, c => scores.Mean(Name(c))), StringComparer.Ordinal);

    private static string Name(int label) => label.ToString(CultureInfo.InvariantCulture);

    /// <summary>The foreground labels that a summary scores, in ascending order.</summary>
    internal static int[] ClassesOf(string summaryPath)
    {
        int[] classes = [.. SegmentationSummary.Read(summaryPath).Results.Mean.Keys
            .Select(static key => int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int label) ? label : 0)
            .Where(static label => label != 0)
            .Order()];
        return classes.Length > 0 ? classes : throw new PostprocessingException(summaryPath, "it scores no foreground label", "evaluate the segmentations again");
    }

    /// <summary>Scores before and after a removal.</summary>
    private sealed record Step(IReadOnlyList<ComponentRule> Rules, SegmentationSummary Before, SegmentationSummary After)
    {
        /// <summary>What a class's mean Dice gains; NaN where it is not defined.</summary>
        public double Gain(int label) => After.Mean(Name(label)) - Before.Mean(Name(label));
    }

    private sealed class Cases(ScoredSegmentations segmentations)
    {
        private static readonly EvaluationOptions DiceOnly = new() { Metrics = ["Dice"] };

        public int Count => segmentations.Pairs.Count;

        /// <summary>Scores the segmentations after a beginning, and after the removal for some more regions.</summary>
        public Step Try(string step, ComponentRule[] beginning, ComponentRegion[] regions, bool keepLargeParts)
        {
            ComponentRule[] rules = [.. regions.Select(static r => new ComponentRule(r, null))];
            if (keepLargeParts)
            {
                double?[][] kept = segmentations.ForEach($"{step}, sizes", labels =>
                {
                    PostprocessingDecision.Apply(beginning, labels);
                    return Array.ConvertAll(PostprocessingDecision.Apply(rules, labels), static removal => removal.KeptSize);
                });
                rules = [.. rules.Select((rule, r) => rule with { MinimumSize = kept.Min(sizes => sizes[r]) })];
            }

            (CaseScores Before, CaseScores After)[] scores = segmentations.ForEach(step, (_, labels, reference) =>
            {
                PostprocessingDecision.Apply(beginning, labels);
                CaseScores before = segmentations.Score(labels, reference, DiceOnly);
                ComponentRemoval[] removals = PostprocessingDecision.Apply(rules, labels);
                return removals.Any(static r => r.LargestRemoved is not null) ? (before, segmentations.Score(labels, reference, DiceOnly)) : (before, before);
            });
            return new Step(
                rules,
                SegmentationSummary.From([.. scores.Select(static s => s.Before)], DiceOnly),
                SegmentationSummary.From([.. scores.Select(static s => s.After)], DiceOnly));
        }

        /// <summary>Writes the postprocessed segmentations with all their scores.</summary>
        public void WriteFinal(string folder, IReadOnlyList<ComponentRule> rules)
        {
            EvaluationOptions options = new();
            Directory.CreateDirectory(folder);
            string[] names = [.. segmentations.Pairs.Select(static p => ResultEnding.NameLike(ImageLocation.Of(p.Prediction)!))];
            foreach (ImageLocation old in ImageFolder.Of(folder).Images.Where(old => !names.Contains(old.FileName))) old.Delete();

            CaseScores[] scores = segmentations.ForEach("writing the result", (i, labels, reference) =>
            {
                PostprocessingDecision.Apply(rules, labels);
                string path = Path.Join(folder, names[i]);
                ImageFile.WriteLabels(path, labels, ImageLocation.Of(segmentations.Pairs[i].Prediction));
                return segmentations.Score(labels, reference, options) with { Reference = segmentations.Pairs[i].Reference, Test = path };
            });
            SegmentationSummary.From(scores, options).Write(Path.Join(folder, SegmentationSummary.FileName));
        }
    }
}
