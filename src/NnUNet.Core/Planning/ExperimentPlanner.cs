using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>
/// Derives a plan from a fingerprint. A planner of one's own derives from <see cref="Planner3DV21"/> or
/// <see cref="Planner2DV21"/>, gets names of its own, and overrides the members that differ.
/// </summary>
/// <remarks>
/// An instance holds no state: the same fingerprint gives the same plan.
/// Source: nnunet/experiment_planning/experiment_planner_baseline_3DUNet.py.
/// </remarks>
public abstract class ExperimentPlanner
{
    /// <summary>The plan's name, which <c>-p</c> takes and model folders carry: <c>nnUNetPlansv2.1</c>.</summary>
    public abstract string PlansName { get; }

    /// <summary>Start of the names of the preprocessed folders: <c>nnUNetData_plans_v2.1</c>.</summary>
    public abstract string DataIdentifier { get; }

    /// <summary>2 for slices, 3 for volumes.</summary>
    public abstract int Dimensions { get; }

    /// <summary>The plan's file in the preprocessed task: <c>nnUNetPlansv2.1_plans_3D.json</c>.</summary>
    public string PlansFileName => PlansFileNameFor(PlanningOptions.Default);

    /// <summary>The preprocessor's name in the catalogue.</summary>
    public virtual string PreprocessorName => "GenericPreprocessor";

    /// <summary>The planner whose preprocessed data this plan trains on, so that preprocessing has nothing to do here; null where it has data of its own.</summary>
    public virtual string? SharesDataOf => null;

    /// <summary>Feature maps at full resolution.</summary>
    public virtual int BaseNumFeatures => 30;

    /// <summary>Feature maps at most.</summary>
    public virtual int MaxNumFeatures => 320;

    /// <summary>Convolutions of each resolution of encoder and decoder.</summary>
    public virtual int ConvPerStage => 2;

    /// <summary>Most poolings along one axis.</summary>
    public virtual int MaxNumPool => Pooling.Unlimited;

    /// <summary>Shortest edge in voxels of a feature map of the bottleneck.</summary>
    public virtual int MinFeatureMapEdge => Pooling.DefaultMinFeatureMapEdge;

    /// <summary>Samples of a batch at least.</summary>
    public virtual int MinBatchSize => 2;

    /// <summary>Share of the data set's voxels that a batch covers at most.</summary>
    public virtual double MaxShareOfDataset => 0.05;

    /// <summary>Percentile of the cases' spacings that becomes the target spacing.</summary>
    public virtual double TargetSpacingPercentile => 50;

    /// <summary>From this ratio of spacings or patch edges on, data count as anisotropic.</summary>
    public virtual double AnisotropyThreshold => 3;

    /// <summary>What the memory estimate of a patch may reach, see <see cref="NetworkMemory"/>.</summary>
    public abstract double MemoryReference { get; }

    /// <summary>The plan's name with these options: a target spacing of the user's own gives names of their own, so that plans and data stand side by side.</summary>
    public string PlansNameFor(PlanningOptions options) => PlansName + options.NameSuffix;

    /// <summary>The plan's file with these options.</summary>
    public string PlansFileNameFor(PlanningOptions options) => $"{PlansNameFor(options)}_plans_{Dimensions}D.json";

    /// <summary>Derives the plan.</summary>
    /// <param name="fingerprint">The data set.</param>
    /// <param name="options">What the user decides instead of the planner; null means nothing.</param>
    /// <exception cref="PlanningException">The fingerprint or the options have faults (all of them are listed), or no patch fits the memory.</exception>
    public Plan CreatePlan(DatasetFingerprint fingerprint, PlanningOptions? options = null)
    {
        options ??= PlanningOptions.Default;
        FingerprintFaults.ThrowIfAny(fingerprint, options);
        double[] target = options.Spacing?.ToArray() ?? TargetSpacing(fingerprint);
        int[] forward = TransposeForward(target);
        double[] median = MedianShape(fingerprint, target);
        StageRequest fullResolution = new()
        {
            Spacing = [.. forward.Select(axis => target[axis])],
            TargetSpacing = [.. forward.Select(axis => target[axis])],
            MedianShape = [.. forward.Select(axis => median[axis])],
            Cases = FingerprintFaults.CaseCount(fingerprint),
            Channels = fingerprint.Modalities.Count,
            Classes = fingerprint.AllClasses.Count + 1,
        };
        IReadOnlyList<ConfigurationPlan> stages = PlanStages(fullResolution);
        return Assemble(fingerprint, options, forward, stages);
    }

    /// <summary>Plans all stages, the coarsest first.</summary>
    protected abstract IReadOnlyList<ConfigurationPlan> PlanStages(StageRequest fullResolution);

    /// <summary>The target spacing (z, y, x) in millimetres, in the order of the image's axes.</summary>
    protected virtual double[] TargetSpacing(DatasetFingerprint fingerprint) => AnisotropicTarget.Percentiles(fingerprint.AllSpacings, TargetSpacingPercentile);

    /// <summary>The normalisation scheme of a channel by its name: CT for exactly "CT" or "ct", else nonCT.</summary>
    protected virtual string NormalizationScheme(string channel) => channel is "CT" or "ct" ? "CT" : "nonCT";

    /// <summary>Whether a channel is normalised within the nonzero mask: where cropping removed more than a quarter, and no "CT" is in its name.</summary>
    protected virtual bool UseMaskForNorm(string channel, DatasetFingerprint fingerprint) =>
        !channel.Contains("CT", StringComparison.Ordinal) && Quantiles.Median(fingerprint.SizeReductions.Values) < 3 / 4.0;

    /// <summary>Strides and kernels for a patch.</summary>
    /// <param name="spacing">Millimetres along each axis of the patch.</param>
    /// <param name="patch">Patch in voxels, same axes.</param>
    protected abstract PoolingTopology Pool(ReadOnlySpan<double> spacing, ReadOnlySpan<int> patch);

    /// <summary>The memory estimate of a patch.</summary>
    protected virtual double EstimateMemory(PoolingTopology topology, StageRequest request) =>
        NetworkMemory.PlainUNet(topology.PatchSize.AsSpan(), topology.PoolOpKernelSizes, NetworkSizeFor(request));

    /// <summary>The memory estimate of the first patch, before it is shrunk.</summary>
    /// <param name="topology">Patch, strides and kernels.</param>
    /// <param name="unpadded">The patch before it was padded to what the poolings divide.</param>
    /// <param name="request">The stage.</param>
    protected virtual double EstimateFirstMemory(PoolingTopology topology, ReadOnlySpan<int> unpadded, StageRequest request) =>
        EstimateMemory(topology, request);

    /// <summary>Which axis of a too large patch is shortened: the one with the largest number, the last of equal ones.</summary>
    /// <param name="patch">Patch in voxels.</param>
    /// <param name="median">Median shape in voxels, same axes.</param>
    /// <param name="spacing">Millimetres, same axes.</param>
    protected virtual double[] ShrinkPriority(ReadOnlySpan<int> patch, ReadOnlySpan<int> median, ReadOnlySpan<double> spacing)
    {
        double[] share = new double[patch.Length];
        for (int i = 0; i < share.Length; i++) share[i] = patch[i] / (double)median[i];
        return share;
    }

    /// <summary>The network's size at a stage.</summary>
    protected NetworkSize NetworkSizeFor(StageRequest request) => new(BaseNumFeatures, MaxNumFeatures, request.Channels, request.Classes, ConvPerStage);

    /// <summary>Shortens a patch until its memory estimate is within <see cref="MemoryReference"/>.</summary>
    /// <param name="start">Patch in voxels to start from.</param>
    /// <param name="median">Median shape in voxels, same axes.</param>
    /// <param name="spacing">Millimetres, same axes.</param>
    /// <param name="request">The stage.</param>
    /// <exception cref="PlanningException">No patch of at least one voxel an axis is small enough.</exception>
    protected PatchFit FitPatch(ReadOnlySpan<int> start, ReadOnlySpan<int> median, ReadOnlySpan<double> spacing, StageRequest request)
    {
        PoolingTopology topology = Pool(spacing, start);
        double memory = EstimateFirstMemory(topology, start, request);
        while (memory > MemoryReference)
        {
            topology = Pool(spacing, Shorten(topology, median, spacing));
            memory = EstimateMemory(topology, request);
        }

        return new PatchFit(topology, memory);
    }

    /// <summary>Samples that <see cref="MaxShareOfDataset"/> allows, not yet bounded from below.</summary>
    protected int MaxBatchSize(int[] median, ValueArray<int> patch, int cases)
    {
        long datasetVoxels = Product(median) * cases;
        return (int)Math.Min(int.MaxValue, Math.Round(MaxShareOfDataset * datasetVoxels / Product(patch)));
    }

    /// <summary>The product of edges: voxels of a box.</summary>
    protected static long Product(IEnumerable<int> edges) => edges.Aggregate(1L, static (product, edge) => checked(product * edge));

    /// <summary>Takes one step of its divisor from the axis that comes first; axes that would vanish are passed over (the original gives a patch of 0 there).</summary>
    private int[] Shorten(PoolingTopology topology, ReadOnlySpan<int> median, ReadOnlySpan<double> spacing)
    {
        double[] priority = ShrinkPriority(topology.PatchSize.AsSpan(), median, spacing);
        foreach (int axis in Enumerable.Range(0, priority.Length).OrderByDescending(i => priority[i]).ThenByDescending(static i => i))
        {
            int[] patch = topology.PatchSize.ToArray();
            patch[axis] -= topology.MustBeDivisibleBy[axis];
            if (patch[axis] < 1) continue;

            int step = Pool(spacing, patch).MustBeDivisibleBy[axis];
            patch[axis] = topology.PatchSize[axis] - step;
            return patch;
        }

        throw new PlanningException(
            $"planner {PlansName}",
            $"not even a patch of {topology.PatchSize} voxels fits the memory reference {MemoryReference:R}",
            "raise the planner's memory reference");
    }

    private static int[] TransposeForward(double[] target)
    {
        int coarsest = Array.IndexOf(target, target.Max());
        return [coarsest, .. Enumerable.Range(0, 3).Where(axis => axis != coarsest)];
    }

    private static double[] MedianShape(DatasetFingerprint fingerprint, double[] target) => [.. Enumerable.Range(0, 3).Select(axis => Quantiles.Median(
        fingerprint.AllSpacings.Zip(fingerprint.AllSizes, (spacing, size) => spacing[axis] / target[axis] * size[axis])))];

    private Plan Assemble(DatasetFingerprint fingerprint, PlanningOptions options, int[] forward, IReadOnlyList<ConfigurationPlan> stages) => new()
    {
        NumStages = stages.Count,
        NumModalities = fingerprint.Modalities.Count,
        Modalities = fingerprint.Modalities,
        NormalizationSchemes = new(fingerprint.Modalities.ToDictionary(static m => m.Key, m => NormalizationScheme(m.Value))),
        DatasetProperties = fingerprint with { InputWarnings = null },
        OriginalSpacings = fingerprint.AllSpacings,
        OriginalSizes = fingerprint.AllSizes,
        NumClasses = fingerprint.AllClasses.Count,
        AllClasses = fingerprint.AllClasses,
        BaseNumFeatures = BaseNumFeatures,
        UseMaskForNorm = new(fingerprint.Modalities.ToDictionary(static m => m.Key, m => UseMaskForNorm(m.Value, fingerprint))),
        TransposeForward = [.. forward],
        TransposeBackward = [.. Enumerable.Range(0, 3).Select(axis => Array.IndexOf(forward, axis))],
        DataIdentifier = DataIdentifier + options.NameSuffix,
        PlansPerStage = new(stages.Index().ToDictionary(static s => s.Index, static s => s.Item)),
        PreprocessorName = PreprocessorName,
        ConvPerStage = Dimensions == 3 ? ConvPerStage : null,
    };
}
