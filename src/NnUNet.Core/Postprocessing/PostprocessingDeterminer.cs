using System.Globalization;
using NnUNet.Core.Evaluation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Core.Postprocessing;

/// <summary>Decides by segmentations and their references for which classes all but the largest connected part is removed.</summary>
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
    /// <param name="progress">Told after each case of each step.</param>
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
        Cases cases = new(Pairs(rawFolder, referenceFolder), classes, new SegmentationLoop(options.Threads, options.MaxRamBytes, progress, cancel), cancel);

        Step all = cases.Try("all classes together", [], [ComponentRegion.Joint(classes)], options.KeepLargeParts);
        bool anyBetter = classes.Any(c => all.Gain(c) > options.DiceThreshold);
        bool anyWorse = classes.Any(c => all.Gain(c) < 0);
        List<ComponentRule> rules = anyBetter && !anyWorse ? [.. all.Rules] : [];

        Step? each = classes.Length > 1 ? cases.Try("each class by itself", [.. rules], [.. classes.Select(ComponentRegion.Of)], options.KeepLargeParts) : null;
        if (each is not null) rules.AddRange(each.Rules.Where(rule => each.Gain(rule.Region.Classes[0]) > options.DiceThreshold));

        string finalFolder = Path.Join(baseFolder, options.FinalFolderName);
        cases.WriteFinal(finalFolder, rules);
        PostprocessingDecision decision = new()
        {
            DicePerClassRaw = Table(classes, all.Before),
            DicePerClassAll = Table(classes, all.After),
            DicePerClassEach = each is null ? new(StringComparer.Ordinal) : Table(classes, each.After),
            ForWhichClasses = rules.Select(static r => r.Region).ToValueArray(),
            MinValidObjectSizes = SizeLimits.Print(rules, options.KeepLargeParts),
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
    private static int[] ClassesOf(string summaryPath)
    {
        int[] classes = [.. SegmentationSummary.Read(summaryPath).Results.Mean.Keys
            .Select(static key => int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int label) ? label : 0)
            .Where(static label => label != 0)
            .Order()];
        return classes.Length > 0 ? classes : throw new PostprocessingException(summaryPath, "it scores no foreground label", "evaluate the segmentations again");
    }

    private static SegmentationPair[] Pairs(string rawFolder, string referenceFolder)
    {
        SortedDictionary<string, string> references = FolderEvaluator.Images(referenceFolder);
        SortedDictionary<string, string> predictions = FolderEvaluator.Images(rawFolder);
        if (predictions.Count == 0) throw new PostprocessingException(rawFolder, "there is no segmentation in this folder", "validate the model first");

        string[] unmatched = [.. predictions.Keys.Where(c => !references.ContainsKey(c))];
        if (unmatched.Length > 0)
        {
            throw new PostprocessingException(
                rawFolder, $"{unmatched.Length} of {predictions.Count} segmentations have no reference in {referenceFolder}, the first is {unmatched[0]}", "add the references");
        }

        return [.. predictions.Select(p => new SegmentationPair(Path.Join(rawFolder, p.Value), Path.Join(referenceFolder, references[p.Key])))];
    }

    /// <summary>Scores before and after a removal.</summary>
    private sealed record Step(IReadOnlyList<ComponentRule> Rules, SegmentationSummary Before, SegmentationSummary After)
    {
        /// <summary>What a class's mean Dice gains; NaN where it is not defined.</summary>
        public double Gain(int label) => After.Mean(Name(label)) - Before.Mean(Name(label));
    }

    private sealed class Cases(SegmentationPair[] pairs, int[] classes, SegmentationLoop loop, CancellationToken cancel)
    {
        private static readonly EvaluationOptions DiceOnly = new() { Metrics = ["Dice"] };

        private readonly IReadOnlyList<EvaluationLabel> _labels = EvaluationLabel.From(classes);
        private readonly string[] _files = [.. pairs.Select(static p => p.Prediction)];

        public int Count => pairs.Length;

        /// <summary>Scores the segmentations after a beginning, and after the removal for some more regions.</summary>
        public Step Try(string step, ComponentRule[] beginning, ComponentRegion[] regions, bool keepLargeParts)
        {
            ComponentRule[] rules = [.. regions.Select(static r => new ComponentRule(r, null))];
            if (keepLargeParts)
            {
                double?[][] kept = loop.Run($"{step}, sizes", _files, i =>
                {
                    Volume<short> labels = ImageFile.ReadLabels(pairs[i].Prediction);
                    PostprocessingDecision.Apply(beginning, labels);
                    return Array.ConvertAll(PostprocessingDecision.Apply(rules, labels), static removal => removal.KeptSize);
                });
                rules = [.. rules.Select((rule, r) => rule with { MinimumSize = kept.Min(sizes => sizes[r]) })];
            }

            (CaseScores Before, CaseScores After)[] scores = loop.Run(step, _files, i =>
            {
                (Volume<short> labels, Volume<short> reference) = Read(i);
                PostprocessingDecision.Apply(beginning, labels);
                CaseScores before = CaseEvaluator.Evaluate(labels, reference, _labels, DiceOnly, cancel);
                ComponentRemoval[] removals = PostprocessingDecision.Apply(rules, labels);
                return removals.Any(static r => r.LargestRemoved is not null) ? (before, CaseEvaluator.Evaluate(labels, reference, _labels, DiceOnly, cancel)) : (before, before);
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
            HashSet<string> names = [.. _files.Select(static f => Path.GetFileName(f))];
            foreach (string old in FolderEvaluator.Images(folder).Values.Where(name => !names.Contains(name))) File.Delete(Path.Join(folder, old));

            CaseScores[] scores = loop.Run("writing the result", _files, i =>
            {
                (Volume<short> labels, Volume<short> reference) = Read(i);
                PostprocessingDecision.Apply(rules, labels);
                string path = Path.Join(folder, Path.GetFileName(_files[i]));
                ImageFile.WriteLabels(path, labels);
                return CaseEvaluator.Evaluate(labels, reference, _labels, options, cancel) with { Reference = pairs[i].Reference, Test = path };
            });
            SegmentationSummary.From(scores, options).Write(Path.Join(folder, SegmentationSummary.FileName));
        }

        private (Volume<short> Labels, Volume<short> Reference) Read(int i)
        {
            (Volume<short> labels, Volume<short> reference) = (ImageFile.ReadLabels(pairs[i].Prediction), ImageFile.ReadLabels(pairs[i].Reference));
            return CaseEvaluator.Mismatch(labels, reference, checkGeometry: true) is { } mismatch
                ? throw new PostprocessingException(pairs[i].Prediction, mismatch, $"compare with the segmentation of the same image, not {pairs[i].Reference}")
                : (labels, reference);
        }
    }
}
