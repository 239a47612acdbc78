using NnUNet.Core.Cases;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging.Algorithms;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Postprocessing;

/// <summary>Decides by segmentations and their references for which classes all but the largest connected component is removed.</summary>
/// <remarks>
/// First all foreground classes together, used where at least one class gets better and none worse; then, from its result or
/// else from the raw segmentations, every class by itself, used for the classes that get better. Where the segmentations were painted
/// from regions, the regions are judged instead of the classes; they overlap, so they are tried one after the other in their order,
/// each from the result before it, and one is used where its own Dice rises and that of no other region falls (as nnU-Net v2, which
/// looks at its own only). No temporary folders are
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
        IReadOnlyList<EvaluationLabel> structures = options.Classes.Count > 0 ? EvaluationLabel.From(options.Classes) : StructuresOf(Path.Join(rawFolder, SegmentationSummary.FileName));
        int[] classes = [.. structures.Where(static s => !s.IsRegion).Select(static s => s.Values[0])];
        EvaluationLabel[] judged = structures.Any(static s => s.IsRegion) ? [.. structures.Where(static s => s.IsRegion)] : [.. structures];
        Cases cases = new(new ScoredSegmentations(
            ScoredSegmentations.Find(rawFolder, referenceFolder),
            structures,
            new SegmentationLoop(options.Threads, options.MaxRamBytes, progress, cancel),
            cancel));

        Step all = cases.Try("all classes together", [], [ComponentRegion.Joint(classes)], options.KeepLargeComponents);
        List<ComponentRule> rules = judged.Any(s => all.Gain(s) > options.DiceThreshold) && !judged.Any(s => all.Gain(s) < 0) ? [.. all.Rules] : [];
        Step? each = judged.Length < 2 ? null
            : judged[0].IsRegion ? EachRegion(cases, judged, classes, rules, options)
            : EachClass(cases, judged, rules, options);

        string finalFolder = Path.Join(baseFolder, options.FinalFolderName);
        cases.WriteFinal(finalFolder, rules);
        PostprocessingDecision decision = new()
        {
            DicePerClassRaw = Table(structures, all.Before),
            DicePerClassAll = Table(structures, all.After),
            DicePerClassEach = each is null ? new(StringComparer.Ordinal) : Table(structures, each.After),
            ForWhichClasses = rules.Select(static r => r.Region).ToValueArray(),
            MinValidObjectSizes = SizeLimits.Print(rules, options.KeepLargeComponents),
            NumSamples = cases.Count,
            ValidationRaw = options.RawFolderName,
            ValidationFinal = options.FinalFolderName,
        };
        decision.Write(Path.Join(baseFolder, options.FileName));
        return decision;
    }

    /// <summary>Every class by itself, all in one step since they do not overlap; adds those that get better to the rules.</summary>
    private static Step EachClass(Cases cases, EvaluationLabel[] classes, List<ComponentRule> rules, PostprocessingOptions options)
    {
        Step each = cases.Try("each class by itself", [.. rules], [.. classes.Select(static c => ComponentRegion.Of(c.Values[0]))], options.KeepLargeComponents);
        rules.AddRange(each.Rules.Where(rule => each.Gain(EvaluationLabel.FromInt32(rule.Region.Classes[0])) > options.DiceThreshold));
        return each;
    }

    /// <summary>One region after the other, each from the result before it; adds those that get better without harm to others to the rules.</summary>
    private static Step? EachRegion(Cases cases, EvaluationLabel[] regions, int[] classes, List<ComponentRule> rules, PostprocessingOptions options)
    {
        Step? last = null;
        foreach (EvaluationLabel region in regions)
        {
            // Labels that are never painted have no components.
            int[] painted = [.. region.Values.Where(classes.Contains).Order()];
            ComponentRegion components = painted.Length == 1 ? ComponentRegion.Of(painted[0]) : ComponentRegion.Joint(painted);
            if (painted.Length == 0 || rules.Exists(r => r.Region == components)) continue;

            Step step = cases.Try(region.Name, [.. rules], [components], options.KeepLargeComponents);
            bool better = step.Gain(region) > options.DiceThreshold && !regions.Any(r => step.Gain(r) < 0);
            if (better) rules.AddRange(step.Rules);
            last = better ? step : step with { After = step.Before };
        }

        return last;
    }

    private static SortedDictionary<string, double> Table(IEnumerable<EvaluationLabel> structures, SegmentationSummary scores) =>
        new(structures.ToDictionary(static s => s.Name, s => scores.Mean(s.Name)), StringComparer.Ordinal);

    /// <summary>What a summary scores: the foreground labels in ascending order, then the regions.</summary>
    /// <param name="summaryPath">The summary's file.</param>
    internal static IReadOnlyList<EvaluationLabel> StructuresOf(string summaryPath)
    {
        SegmentationSummary summary = SegmentationSummary.Read(summaryPath);
        return summary.ForegroundLabels.Count > 0 ? summary.Scored : throw new PostprocessingException(summaryPath, "it scores no foreground label", "evaluate the segmentations again");
    }

    /// <summary>Scores before and after a removal.</summary>
    private sealed record Step(IReadOnlyList<ComponentRule> Rules, SegmentationSummary Before, SegmentationSummary After)
    {
        /// <summary>What a structure's mean Dice gains; NaN where it is not defined.</summary>
        public double Gain(EvaluationLabel structure) => After.Mean(structure.Name) - Before.Mean(structure.Name);
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
