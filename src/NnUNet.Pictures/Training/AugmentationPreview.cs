using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Cascade;
using NnUNet.Core.Batches;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Torch.Training;

namespace NnUNet.Pictures.Training;

/// <summary>
/// A contact sheet of what the network sees in training: patches of the first batches of a training on all cases, each as
/// it is in its case and after the augmentation, with what was drawn; for the cascade with its one-hot channels too.
/// </summary>
public static class AugmentationPreview
{
    private const string Where = "show_augmentation";

    /// <summary>Makes the batches and writes the sheet.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="options">What to show.</param>
    /// <param name="cancel">Stops the work; no file is written then.</param>
    /// <exception cref="DescribedException">Something is missing or contradictory.</exception>
    public static void Write(string path, AugmentationPreviewOptions options, CancellationToken cancel = default)
    {
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0) throw new DescribedException(Where, string.Join("; ", faults), $"correct the options (nnunet {Where} --help explains them)");

        TrainingOptions training = new()
        {
            Workspace = options.Workspace,
            Configuration = options.Configuration,
            Trainer = options.Trainer,
            Task = options.Task,
            Fold = Folds.All,
            Plans = options.Plans,
            Seed = options.Seed,
        };
        using TrainingSetup setup = TrainingSetup.Open(training);
        int channels = setup.Plan.NumModalities;
        if (options.Channel >= channels)
        {
            throw new DescribedException(Where, $"there is no channel {options.Channel}: {setup.Task} has {channels}, counted from 0", "give one that there is");
        }

        string title = $"{setup.Task}, {options.Configuration}, {options.Trainer}: before and after augmentation (channel {options.Channel}, seed {options.Seed})";
        ValueArray<double> spacing = setup.Configuration.CurrentSpacing;
        IReadOnlyList<PatchPair> pairs = Pairs(setup.TrainingBatches(setup.Decide(training, null)), options, cancel);
        ContactSheet.Write(path, title, pairs, new Spacing(spacing[0], spacing[1], spacing[2]), LabelNames.Near(options.Workspace.PreprocessedTask(setup.Task), options.Workspace.RawTask(setup.Task)));
    }

    /// <summary>The same samples twice: as the training makes them, and only cropped.</summary>
    private static List<PatchPair> Pairs(BatchRecipe recipe, AugmentationPreviewOptions options, CancellationToken cancel)
    {
        recipe = recipe with { BatchSize = Math.Min(recipe.BatchSize, options.Samples) };
        SpatialRanges none = recipe.Settings.Spatial with { RotationProbability = 0, ScaleProbability = 0 };
        BatchRecipe plain = recipe with
        {
            Augmentation = new AugmentationPipeline(new SpatialAugmentation(recipe.Settings.Patch, none, recipe.Settings.SliceWise), recipe.PreviousStageClasses > 0 ? [new OneHotAugmentation(recipe.PreviousStageClasses)] : []),
        };
        DeepSupervisionTargets targets = new(recipe.Settings.Patch, [new AxisScales(1, 1, 1)]);
        TrainingBatch before = new(recipe.BatchSize, recipe.Channels, recipe.Settings.Patch, targets.Extents);
        TrainingBatch after = new(recipe.BatchSize, recipe.Channels, recipe.Settings.Patch, targets.Extents);
        List<string>[] words = [.. Enumerable.Range(0, recipe.BatchSize).Select(static _ => new List<string>())];
        BatchMaker plainMaker = new(plain, plain, targets);
        BatchMaker maker = new(recipe, recipe, targets, (sample, done) => words[sample].Add(done));

        List<PatchPair> pairs = [];
        for (int iteration = 0; pairs.Count < options.Samples; iteration++)
        {
            BatchKey key = new(0, false, iteration);
            foreach (List<string> list in words) list.Clear();
            plainMaker.Make(key, before, cancel);
            maker.Make(key, after, cancel);
            for (int sample = 0; sample < recipe.BatchSize && pairs.Count < options.Samples; sample++)
            {
                pairs.Add(new PatchPair(
                    after.Cases[sample],
                    [.. words[sample].DefaultIfEmpty("unchanged")],
                    Image(before, sample, options.Channel),
                    Labels(before, sample),
                    Image(after, sample, options.Channel),
                    Labels(after, sample))
                {
                    PreviousStage = recipe.PreviousStageClasses == 0 ? null : (PreviousStage(before, sample, recipe), PreviousStage(after, sample, recipe)),
                });
            }
        }

        return pairs;
    }

    private static Volume<float> Image(TrainingBatch batch, int sample, int channel) => new(batch.ImageOf(sample, channel).ToArray(), batch.Patch);

    private static Volume<short> Labels(TrainingBatch batch, int sample) => new(batch.TargetOf(sample, 0).ToArray(), batch.Patch);

    /// <summary>The one-hot channels as labels.</summary>
    private static Volume<short> PreviousStage(TrainingBatch batch, int sample, BatchRecipe recipe)
    {
        Volume<short> labels = new(batch.Patch);
        for (int label = 1; label <= recipe.PreviousStageClasses; label++)
        {
            ReadOnlySpan<float> channel = batch.ImageOf(sample, batch.Channels - recipe.PreviousStageClasses + label - 1);
            for (int i = 0; i < channel.Length; i++)
            {
                if (channel[i] != 0) labels.Voxels[i] = (short)label;
            }
        }

        return labels;
    }
}
