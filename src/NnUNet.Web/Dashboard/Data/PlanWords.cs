using System.Globalization;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Web.Dashboard.Data;

/// <summary>A plan as choices with their reasons, which follow from its own numbers and those that it was made from.</summary>
/// <remarks>
/// Plans keep no reasons. What is said here is what the default planners would have had for a reason; where the numbers are others, a planner
/// of somebody's own, or a person, has chosen, and that is said.
/// </remarks>
internal static class PlanWords
{
    private const double Same = 1e-6;
    private const double CoarsePercent = 10;
    private const double PatchesPerCase = 4;
    private const double Anisotropy = 3;
    private const double MaxShareOfDataset = 0.05;
    private const int LeastBatch = 2;
    private static readonly string[] Axes = ["z", "y", "x"];

    /// <summary>The words.</summary>
    /// <param name="file">The plan's file, which names the plans.</param>
    /// <param name="plan">The plan.</param>
    public static PlanAnswer Of(string file, Plan plan)
    {
        bool is2D = plan.PlansPerStage.Values.All(static s => s.Is2D);
        string name = Path.GetFileNameWithoutExtension(file);
        int stages = plan.PlansPerStage.Count;
        return new PlanAnswer(
            name,
            file,
            [.. Channels(plan), .. General(plan, is2D)],
            [
                .. plan.PlansPerStage.Values.Select((stage, i) => new PlanStage(
                    is2D ? [Configuration.Slices.Name]
                        : i == stages - 1 ? [Configuration.FullResolution.Name, .. stages > 1 ? [Configuration.Cascade.Name] : (string[])[]]
                        : [Configuration.LowResolution.Name],
                    [.. Choices(plan, stage, plan.PlansPerStage.Values.Last(), isLow: i < stages - 1)])),
            ]);
    }

    private static IEnumerable<PlanChoice> Channels(Plan plan)
    {
        DatasetFingerprint measured = plan.DatasetProperties;
        foreach ((int channel, string name) in plan.Modalities)
        {
            string scheme = plan.NormalizationSchemes.GetValueOrDefault(channel, "");
            bool isMasked = plan.UseMaskForNorm.GetValueOrDefault(channel);
            ChannelIntensities? intensities = measured.IntensityProperties?.GetValueOrDefault(channel);
            string why = scheme switch
            {
                "CT" when intensities is not null => Text($"the channel is called CT, whose numbers mean the same everywhere: cut to {Number(intensities.Percentile005)} … {Number(intensities.Percentile995)} (99 % of the foreground), then less {Number(intensities.Mean)} and divided by {Number(intensities.Sd)}, as in all cases"),
                "CT" or "CT2" => "the channel is called CT, whose numbers mean the same everywhere: by the foreground's statistics of all cases",
                "nonCT" => "the channel is not called CT, so its numbers mean something within one image only: less the image's mean, divided by its standard deviation",
                "noNorm" => "the plan says so: intensities stay as they are",
                _ => "",
            };
            double kept = measured.SizeReductions.Count == 0 ? double.NaN : Quantiles.Median(measured.SizeReductions.Values);
            string masked = isMasked ? Text($"; within the voxels that are not 0 only, since cropping to them leaves {kept:P0} of the median case, less than three quarters") : "";
            yield return new PlanChoice($"normalisation of channel {channel} ({name})", scheme + (isMasked ? ", masked" : ""), why + masked);
        }
    }

    private static IEnumerable<PlanChoice> General(Plan plan, bool is2D)
    {
        int[] forward = [.. plan.TransposeForward];
        yield return new PlanChoice(
            "order of the axes",
            string.Join(", ", forward.Select(static a => Axes[a])),
            forward[0] == 0 ? "z is the coarsest axis, or no other is coarser: nothing is turned" : $"{Axes[forward[0]]} is the coarsest axis and comes first: slices are cut across it");
        yield return new PlanChoice("classes", plan.NumClasses.ToString(CultureInfo.InvariantCulture), $"the labels {string.Join(", ", plan.AllClasses)} occur in the references; the background is not counted");
        yield return new PlanChoice("features at full resolution", plan.BaseNumFeatures.ToString(CultureInfo.InvariantCulture), $"doubled at each pooling, to {(is2D ? 480 : 320)} at most");
        if (is2D) yield break;

        ConfigurationPlan full = plan.PlansPerStage.Values.Last();
        double patches = Product(full.MedianPatientSizeInVoxels) / Product(full.PatchSize);
        yield return plan.PlansPerStage.Count > 1
            ? new PlanChoice("3d_lowres and cascade", "planned", Text($"the median case has {patches:0.0} times the voxels of a patch at full resolution, at least {PatchesPerCase:0}: a patch sees too little of it"))
            : patches < PatchesPerCase
                ? new PlanChoice("3d_lowres and cascade", "not planned", Text($"the median case has {patches:0.0} times the voxels of a patch, less than {PatchesPerCase:0}: the patch sees enough of it"))
                : new PlanChoice("3d_lowres and cascade", "not planned", Text($"the median case has {patches:0.0} times the voxels of a patch, but a coarser grid would have had more than half of its voxels"));
    }

    private static IEnumerable<PlanChoice> Choices(Plan plan, ConfigurationPlan stage, ConfigurationPlan full, bool isLow)
    {
        string[] axes = [.. plan.TransposeForward.Select(static a => Axes[a])];
        string[] patchAxes = stage.Is2D ? axes[1..] : axes;
        int[] median = [.. stage.MedianPatientSizeInVoxels];
        int[] seen = stage.Is2D ? median[1..] : median;
        yield return new PlanChoice($"spacing ({string.Join(", ", axes)})", $"{string.Join(" × ", stage.CurrentSpacing.Select(Number))} mm", isLow ? Coarser(stage, full) : Spacing(plan, stage));
        yield return new PlanChoice($"median case ({string.Join(", ", axes)})", $"{string.Join(" × ", median)} voxels", "the median of the cases' sizes at this spacing");
        yield return new PlanChoice($"patch ({string.Join(", ", patchAxes)})", $"{string.Join(" × ", stage.PatchSize)} voxels", Patch(plan, stage, seen, patchAxes));
        yield return new PlanChoice("batch", stage.BatchSize.ToString(CultureInfo.InvariantCulture), Batch(plan, stage, median));
        yield return new PlanChoice($"poolings ({string.Join(", ", patchAxes)})", string.Join(", ", stage.NumPoolPerAxis), Poolings(stage, patchAxes));
        yield return new PlanChoice("kernels", string.Join(" · ", Runs(stage.ConvKernelSizes)), Kernels(stage));
        if (stage.NumBlocksEncoder is { } encoder) yield return new PlanChoice("residual blocks of the encoder", string.Join(", ", encoder), "the planner for residual encoders gives each resolution its number");
        if (stage.Is2D) yield break;

        double ratio = stage.PatchSize.Max() / (double)stage.PatchSize[0];
        yield return new PlanChoice(
            "augmentation",
            stage.DoDummy2DDataAug ? "slice by slice" : "in all three axes",
            Text($"the longest edge of the patch has {ratio:0.0} times the voxels of the {axes[0]} edge, {(ratio > Anisotropy ? "more" : "not more")} than {Anisotropy:0}{(stage.DoDummy2DDataAug == ratio > Anisotropy ? stage.DoDummy2DDataAug ? ": turning across slices would smear" : "" : "; the plan says otherwise")}"));
    }

    private static string Spacing(Plan plan, ConfigurationPlan stage)
    {
        ValueArray<ValueArray<double>> all = plan.DatasetProperties.AllSpacings;
        if (all.Count == 0) return "";
        List<string> coarse = [];
        for (int i = 0; i < stage.CurrentSpacing.Count; i++)
        {
            int axis = plan.TransposeForward[i];
            double value = stage.CurrentSpacing[i], middle = Percentile(all, axis, 50), low = Percentile(all, axis, CoarsePercent);
            if (IsSame(value, middle)) continue;
            if (IsSame(value, low))
            {
                coarse.Add(Text($"along {Axes[axis]}, more than {Anisotropy:0} times as coarse as the others and with few slices, the {CoarsePercent:0}th percentile of the cases instead of their median {Number(middle)} mm, which would lose too many slices to interpolation"));
            }
            else if (i == 0 && stage.CurrentSpacing.Skip(1).Any(other => Math.Abs(value - other) < 1e-4))
            {
                coarse.Add(Text($"along {Axes[axis]} as fine as the other axes, since the {CoarsePercent:0}th percentile of the cases ({Number(low)} mm) would be finer"));
            }
            else return "neither the median nor another number of the default planners: chosen by a person (--spacing), or by a planner of its own";
        }

        return coarse.Count == 0 ? "the median of the cases along each axis" : $"the median of the cases; {string.Join("; ", coarse)}";
    }

    private static string Coarser(ConfigurationPlan stage, ConfigurationPlan full)
    {
        string factors = string.Join(" × ", stage.CurrentSpacing.Zip(full.CurrentSpacing, static (a, b) => (a / b).ToString("0.00", CultureInfo.InvariantCulture)));
        double patches = Product(stage.MedianPatientSizeInVoxels) / Product(stage.PatchSize);
        return Text($"full resolution made coarser ({factors}) in small steps, the finer axes first, until a patch sees enough of the median case: it has {patches:0.0} times the voxels of a patch now");
    }

    private static string Patch(Plan plan, ConfigurationPlan stage, int[] seen, string[] axes)
    {
        string shares = string.Join(", ", stage.PatchSize.Select((p, i) => Text($"{axes[i]} {Math.Min(1, p / (double)seen[i]):P0}")));
        string memory = "";
        if (!stage.Is2D && stage.ApproxVramConsumption is { } values && plan.BaseNumFeatures > 0 && stage.NumBlocksEncoder is null)
        {
            double reference = NetworkMemory.Reference3D * Math.Max(plan.BaseNumFeatures, 30) / 30;
            if (values <= reference) memory = Text($"; its feature maps take {values / reference:P0} of what the planner allows (a training in 8 GB with two samples)");
        }

        bool whole = stage.PatchSize.Select((p, i) => p >= seen[i]).All(static c => c);
        return whole
            ? $"it covers the whole median case; edges are rounded up to what the poolings divide{memory}"
            : $"it covers of the median case {shares}: as large as memory allows, shortened along the axis of which it covers most, and divisible by the poolings{memory}";
    }

    private static string Batch(Plan plan, ConfigurationPlan stage, int[] median)
    {
        int cases = plan.DatasetProperties.AllSizes.Count;
        double edge = stage.Is2D ? median[0] : 1;
        double most = Math.Round(MaxShareOfDataset * cases * (stage.Is2D ? edge * Product([.. median[1..]]) : Product([.. median])) / Product(stage.PatchSize));
        if (stage.BatchSize == (int)Math.Max(most, LeastBatch)) return most <= LeastBatch ? Text($"{LeastBatch} is the least, and already {LeastBatch * Product(stage.PatchSize) / (cases * Product([.. median])):P0} of the data set's voxels") : Text($"more would see over {MaxShareOfDataset:P0} of the data set's {cases} cases at once");
        return stage.BatchSize == LeastBatch ? $"{LeastBatch} is the least: the patch was made as large as memory allows for it" : "as many as the patch leaves memory for";
    }

    private static string Poolings(ConfigurationPlan stage, string[] axes)
    {
        string bottom = string.Join(" × ", stage.PatchSize.Select((p, i) => (p >> Math.Min(stage.NumPoolPerAxis[i], 30)).ToString(CultureInfo.InvariantCulture)));
        int most = stage.NumPoolPerAxis.Max();
        string[] fewer = [.. axes.Where((_, i) => stage.NumPoolPerAxis[i] < most)];
        string rest = fewer.Length == 0 ? "" : $"; {string.Join(" and ", fewer)} {(fewer.Length == 1 ? "is" : "are")} shorter or coarser, and halved less often";
        return $"each axis is halved as long as 4 voxels stay, finer axes before coarser ones: {bottom} voxels at the bottom{rest}";
    }

    private static string Kernels(ConfigurationPlan stage)
    {
        int flat = stage.ConvKernelSizes.TakeWhile(static k => k.Contains(1)).Count();
        return flat == 0 ? "all axes are about as fine as each other" : $"{(flat == 1 ? "the first resolution does" : $"the first {flat} resolutions do")} not mix across the coarse axis, which is there over twice as coarse as the others";
    }

    /// <summary>Equal kernels that follow each other as one: <c>2 × (1,3,3)</c>.</summary>
    private static IEnumerable<string> Runs(ValueArray<ValueArray<int>> kernels)
    {
        for (int i = 0; i < kernels.Count;)
        {
            int end = i;
            while (end < kernels.Count && kernels[end].SequenceEqual(kernels[i])) end++;
            yield return $"{end - i} × ({string.Join(",", kernels[i])})";
            i = end;
        }
    }

    private static double Percentile(ValueArray<ValueArray<double>> spacings, int axis, double percent) => Quantiles.Percentile(spacings.Select(s => s[axis]), percent);

    private static bool IsSame(double one, double other) => Math.Abs(one - other) <= Same * Math.Max(Math.Abs(one), Math.Abs(other));

    private static double Product(ValueArray<int> edges) => edges.Aggregate(1.0, static (product, edge) => product * edge);

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
