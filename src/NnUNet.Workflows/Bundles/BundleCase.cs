using System.Diagnostics;
using NnUNet.Core.Bundles;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Workflows.Bundles;

/// <summary>Runs a bundle, and those that it runs before, over one image.</summary>
/// <remarks>
/// In memory at most: the image and its grid at once while it is resampled, then the grid, its labels, and what the model in work takes.
/// Source: TotalSegmentator 2.18, totalsegmentator/python_api.py and nnunet.py, nnUNet_predict_image.
/// </remarks>
/// <param name="image">The image.</param>
/// <param name="models">The models.</param>
/// <param name="options">How.</param>
/// <param name="progress">Gets what is done, and how much of the networks' work.</param>
/// <param name="cancel">Stops within the image.</param>
internal sealed class BundleCase(BundleImage image, IPartPredictor models, BundleRunOptions options, Action<string, double>? progress, CancellationToken cancel)
{
    private double _done;
    private double _total = 1;

    /// <summary>Where the time went.</summary>
    public BundleTimes Times { get; private set; } = new();

    /// <summary>The bundles that a run needs before the bundle itself: its crop's, or where labels are asked for, that of these.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="options">How it runs.</param>
    /// <exception cref="DescribedException">A bundle is missing or faulty.</exception>
    public static (Bundle Rough, BundleCrop Crop)? CropOf(Bundle bundle, BundleRunOptions options)
    {
        if (bundle.Crop is { } always) return (BundleDescriptions.Cropping(bundle, always, Name(always, options)), always);
        if (options.Roi.Count == 0 || bundle.RoiCrop is not { } crop) return null;

        // What the rough bundle does not know, it cannot look for: then all of the image is looked at.
        Bundle rough = BundleDescriptions.Cropping(bundle, crop, Name(crop, options));
        return options.Roi.All(r => rough.ValueOf(r) > 0) ? (rough, crop with { Labels = options.Roi }) : null;
    }

    /// <summary>The models that run: all, or those that find what is asked for.</summary>
    public static IReadOnlyList<BundleModel> ModelsOf(Bundle bundle, BundleRunOptions options)
    {
        if (options.Roi.Count == 0) return [.. bundle.Models];
        short[] wanted = [.. options.Roi.Select(bundle.ValueOf)];
        return [.. bundle.Models.Where(m => new PartLabels(bundle, m).Found.Intersect(wanted).Any())];
    }

    /// <summary>Every model that a run needs, with its bundle, those of crops first.</summary>
    public static IEnumerable<(Bundle Bundle, BundleModel Model)> AllModels(Bundle bundle, BundleRunOptions options) =>
        Before(bundle, options).SelectMany(b => AllModels(b, Whole(options))).Concat(ModelsOf(bundle, options).Select(m => (bundle, m)));

    /// <summary>The bundles that run, those that others need first, the bundle itself last.</summary>
    /// <exception cref="DescribedException">One is missing or faulty, or needs itself.</exception>
    public static IReadOnlyList<Bundle> AllBundles(Bundle bundle, BundleRunOptions options) => AllBundles(bundle, options, []);

    /// <summary>What statistics say of a segmentation that is there, on the image's voxels.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="labels">The segmentation.</param>
    public IReadOnlyList<StructureStatistic> Measured(Bundle bundle, Volume<short> labels) => Measure(bundle, options, labels, image.First());

    /// <summary>Segments the image.</summary>
    /// <param name="bundle">The bundle.</param>
    public CaseLabels Segment(Bundle bundle)
    {
        _total = Math.Max(1, AllModels(bundle, options).Count());

        // Without a spacing, models see the image's own voxels, resample them as they were trained, and decide on the image's voxels.
        Bundle run = options.HigherOrderResampling && bundle.Grid is { } grid ? bundle with { Grid = grid with { Spacing = [] } } : bundle;
        return Segment(run, options, options.Statistics);
    }

    private CaseLabels Segment(Bundle bundle, BundleRunOptions how, bool statistics)
    {
        (BoundingBox? box, Volume<short>? mask) = (null, null);
        if (CropOf(bundle, how) is { } crop)
        {
            Volume<short> rough = Found(crop.Rough, how, static (t, s) => t.Crop += s);
            short[] around = [.. crop.Crop.Labels.Select(crop.Rough.ValueOf)];
            box = VoxelBoxes.Around(rough, around, crop.Crop.MarginMm);
            if (box is null) return Empty(bundle, how, statistics);
            if (bundle.Models.Any(static m => m.Channels.Contains(BundleModel.CropMask))) mask = Mask(rough, around);
        }

        GridChange grid = new(bundle.Grid, image.Extent, image.Geometry, box, image.Where);
        MemoryLimit.Check(image.Where, BytesOf(bundle, grid), "the image and its grid need");
        List<Volume<float>> channels = Channels(bundle, grid, mask);
        Volume<short> labels = Labels(bundle, ModelsOf(bundle, how), channels);
        Timed(static (t, s) => t.Cleaning += s, () => Clean(bundle, how, labels, grid.CubicMm));
        short[] wanted = [.. Wanted(bundle, how).Select(static l => l.Value)];
        IReadOnlyList<StructureStatistic> measured = [];
        if (statistics && bundle.Statistics == Bundle.OnGrid) Timed(static (t, s) => t.Statistics += s, () => measured = Measure(bundle, how, labels, channels[0]));
        channels.Clear();
        Tell("back to the image", 0);
        Timed(static (t, s) => t.Back += s, () => labels = grid.Back(labels, cancel));
        Finish(bundle, how, labels);
        if (how.Roi.Count > 0) KeepOnly(labels, wanted);
        if (statistics && bundle.Statistics != Bundle.OnGrid) Timed(static (t, s) => t.Statistics += s, () => measured = Measure(bundle, how, labels, image.First()));
        return new CaseLabels(labels, measured);
    }

    /// <summary>What another bundle finds in the image; its time counts as one.</summary>
    private Volume<short> Found(Bundle other, BundleRunOptions how, Action<BundleTimes, double> note)
    {
        BundleTimes outer = Times;
        Times = new BundleTimes();
        long begun = Stopwatch.GetTimestamp();
        Volume<short> labels = Segment(other, Whole(how), statistics: false).Labels;
        Times = outer;
        note(Times, Stopwatch.GetElapsedTime(begun).TotalSeconds);
        return labels;
    }

    private static IReadOnlyList<Bundle> AllBundles(Bundle bundle, BundleRunOptions options, IReadOnlyList<Bundle> path)
    {
        if (path.Any(b => b.Name == bundle.Name && b.Folder == bundle.Folder)) throw new DescribedException($"bundle {path[0].Name}", $"it leads back to itself: {string.Join(" - ", path.Select(static b => b.Name))} - {bundle.Name}", "correct the crops and the steps under finishing");
        return [.. Before(bundle, options).SelectMany(b => AllBundles(b, Whole(options), [.. path, bundle])), bundle];
    }

    /// <summary>The bundles that run beside one: the one that finds its crop, and those of its last steps.</summary>
    private static IEnumerable<Bundle> Before(Bundle bundle, BundleRunOptions options) =>
        [.. CropOf(bundle, options) is { } crop ? (Bundle[])[crop.Rough] : [], .. CleaningSteps.Finishing(bundle, options.With).Select(static s => s.Mask).OfType<BundleMask>().Select(mask => BundleDescriptions.Masking(bundle, mask))];

    /// <summary>The labels that a user gets: all, or those that are asked for.</summary>
    internal static IReadOnlyList<(short Value, string Name)> Wanted(Bundle bundle, BundleRunOptions options) =>
        [.. bundle.NamedLabels().Where(l => options.Roi.Count == 0 || options.Roi.Contains(l.Name))];

    /// <summary>How a bundle runs that only finds the part to look at: with all of its models, and nothing beyond.</summary>
    private static BundleRunOptions Whole(BundleRunOptions options) => options with { Roi = [], With = [], Statistics = false, HigherOrderResampling = false };

    private static string Name(BundleCrop crop, BundleRunOptions options) => options.Robust ? crop.Robust ?? crop.Bundle : crop.Bundle;

    private static IReadOnlyList<StructureStatistic> Measure(Bundle bundle, BundleRunOptions how, Volume<short> labels, Volume<float> voxels) =>
        StructureStatistics.Measure(labels, voxels, Wanted(bundle, how), how.IncludeIncomplete);

    private static Volume<short> Mask(Volume<short> rough, short[] labels) =>
        new(Array.ConvertAll(rough.Voxels, v => labels.Contains(v) ? (short)1 : (short)0), rough.Extent, rough.Geometry);

    private static void KeepOnly(Volume<short> labels, short[] wanted)
    {
        HashSet<short> kept = [.. wanted];
        foreach (ref short label in labels.Voxels.AsSpan())
        {
            if (label != 0 && !kept.Contains(label)) label = 0;
        }
    }

    /// <summary>Bytes that are held at once at most beside a model: the channels, the grid's, and its labels.</summary>
    private long BytesOf(Bundle bundle, GridChange grid) =>
        (image.Extent.Count * ((sizeof(float) * (bundle.Channels.Count + 1)) + (2 * sizeof(short)))) + (grid.Extent.Count * ((sizeof(float) * bundle.Channels.Count) + (2 * sizeof(short))));

    private CaseLabels Empty(Bundle bundle, BundleRunOptions how, bool statistics)
    {
        Volume<short> nothing = new(image.Extent, image.Geometry);
        return new CaseLabels(nothing, statistics ? [.. Wanted(bundle, how).Select(static l => new StructureStatistic(l.Name, l.Value, 0, 0, false))] : []);
    }

    private List<Volume<float>> Channels(Bundle bundle, GridChange grid, Volume<short>? mask)
    {
        Tell("reading", 0);
        IReadOnlyList<Volume<float>> read = [];
        Timed(static (t, s) => t.Reading += s, () => read = image.Read());
        Tell("resampling", 0);
        List<Volume<float>> channels = [];
        Timed(static (t, s) => t.Resampling += s, () =>
        {
            channels.AddRange(read.Select(c => grid.Forward(c, cancel)));
            if (mask is not null) channels.Add(LabelConversion.ToFloat(grid.Forward(mask, cancel)));
        });
        image.Release();
        return channels;
    }

    private Volume<short> Labels(Bundle bundle, IReadOnlyList<BundleModel> parts, List<Volume<float>> channels)
    {
        Volume<short> whole = new(channels[0].Extent, channels[0].Geometry);
        IReadOnlyList<Slab> slabs = SlabSplit.Of(bundle.Split, whole.Extent);
        foreach (BundleModel model in parts)
        {
            Tell(model.Name, 0);
            Timed(static (t, s) => t.Loading += s, () => models.Load(bundle, model));
            PartLabels table = new(bundle, model);
            int[] seen = model.Channels.Count == 0 ? [.. Enumerable.Range(0, bundle.Channels.Count)] : [.. model.Channels.Select(c => c == BundleModel.CropMask ? bundle.Channels.Count : bundle.Channels.ToList().IndexOf(c))];
            foreach ((int i, Slab slab) in slabs.Index())
            {
                cancel.ThrowIfCancellationRequested();
                Timed(static (t, s) => t.Models += s, () =>
                {
                    Volume<float>[] sees = [.. seen.Select(c => SlabSplit.Cut(channels[c], slab))];
                    if (Array.TrueForAll(sees, static c => !c.Voxels.AsSpan().ContainsAnyExcept(0f))) return; // nothing to see, which models refuse
                    Volume<short> found = models.Predict(bundle, model, sees, share => Tell(model.Name, (i + share) / slabs.Count), cancel);
                    Span<short> into = SlabSplit.Place(found, slab, whole, out ReadOnlySpan<short> kept);
                    table.Add(kept, into);
                });
            }

            _done++;
        }

        return whole;
    }

    private void Clean(Bundle bundle, BundleRunOptions how, Volume<short> labels, double cubicMm)
    {
        if (bundle.AuxiliaryLabels.Count > 0)
        {
            short[] auxiliary = [.. bundle.AuxiliaryLabels.Select(bundle.ValueOf)];
            foreach (ref short label in labels.Voxels.AsSpan())
            {
                if (auxiliary.Contains(label)) label = 0;
            }
        }

        IReadOnlyList<CleaningStep> steps = CleaningSteps.Chosen(bundle, how.With);
        if (steps.Count > 0) Tell("cleaning", 0);
        foreach (CleaningStep step in steps) step.Apply(labels, cubicMm, cancel);
    }

    /// <summary>Cleans what has come back to the image's voxels.</summary>
    private void Finish(Bundle bundle, BundleRunOptions how, Volume<short> labels)
    {
        foreach (CleaningStep step in CleaningSteps.Finishing(bundle, how.With))
        {
            Volume<short>? mask = null;
            if (step.Mask is { } asked)
            {
                Bundle other = BundleDescriptions.Masking(bundle, asked);
                Volume<short> found = Found(other, how, static (t, s) => t.Cleaning += s);
                mask = Mask(found, asked.Labels.Count > 0 ? [.. asked.Labels.Select(other.ValueOf)] : [.. other.NamedLabels().Select(static l => l.Value)]);
            }

            Tell("cleaning", 0);
            double cubicMm = labels.Geometry.ItkSpacing.Aggregate(1.0, static (product, s) => product * (float)s);
            Timed(static (t, s) => t.Cleaning += s, () => step.Apply(labels, mask, cubicMm, cancel));
        }
    }

    private void Tell(string work, double share) => progress?.Invoke(work, Math.Min(1, (_done + share) / _total));

    private void Timed(Action<BundleTimes, double> note, Action work)
    {
        long begun = Stopwatch.GetTimestamp();
        work();
        note(Times, Stopwatch.GetElapsedTime(begun).TotalSeconds);
    }
}

/// <summary>What a bundle has found in an image.</summary>
/// <param name="Labels">The bundle's values on the image's voxels.</param>
/// <param name="Statistics">Volumes and intensities; none where they were not asked for.</param>
internal sealed record CaseLabels(Volume<short> Labels, IReadOnlyList<StructureStatistic> Statistics);
