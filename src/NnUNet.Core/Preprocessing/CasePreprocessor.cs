using NnUNet.Core.Cropping;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Core.Preprocessing;

/// <summary>
/// Turns an image into what the network sees: axes transposed, cropped to nonzero, resampled to the stage's spacing,
/// normalised. A point of extension, by name: a plan says which one it needs.
/// </summary>
/// <remarks>Source: nnunet/preprocessing/preprocessing.py, GenericPreprocessor.preprocess_test_case and resample_and_normalize.</remarks>
public abstract class CasePreprocessor
{
    /// <summary>Order of the splines for images.</summary>
    /// <value>3.</value>
    protected virtual int DataOrder => 3;

    /// <summary>Order of the splines for images along a coarse axis that is resampled by itself.</summary>
    /// <value>0.</value>
    protected virtual int DataOrderZ => 0;

    /// <summary>Order of the splines for segmentations.</summary>
    /// <value>1.</value>
    protected virtual int LabelOrder => 1;

    /// <summary>Order of the splines for segmentations along a coarse axis that is resampled by itself.</summary>
    /// <value>0.</value>
    protected virtual int LabelOrderZ => 0;

    /// <summary>Whether the coarsest axis is resampled by itself.</summary>
    /// <value>Null: where it is more than three times coarser than the finest.</value>
    protected virtual bool? ForceSeparateZ => null;

    /// <summary>Preprocesses one case.</summary>
    /// <param name="channels">The channels on one grid (z, y, x); not changed.</param>
    /// <param name="labels">The segmentation on the same grid, or null.</param>
    /// <param name="files">The channels' files, for the properties and messages; may be empty.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="stage">The plan's stage.</param>
    /// <param name="cancel">Stops between and within the steps.</param>
    /// <returns>The case, its axes in the plan's transposed order.</returns>
    /// <exception cref="PreprocessingException">The case does not fit the plan, is empty, or its files are on different grids.</exception>
    public PreprocessedCase Run(
        IReadOnlyList<Volume<float>> channels,
        Volume<short>? labels,
        IReadOnlyList<string> files,
        Plan plan,
        int stage,
        CancellationToken cancel = default) =>
        Run(NonzeroCrop.Crop(channels, labels, files, labelFile: null), plan, stage, cancel);

    /// <summary>Preprocesses a case that is cropped already.</summary>
    internal PreprocessedCase Run(CroppedCase cropped, Plan plan, int stage, CancellationToken cancel = default)
    {
        string where = cropped.Properties.ListOfDataFiles.Count > 0 ? cropped.Properties.ListOfDataFiles[0] : "image";
        if (cropped.Channels.Length != plan.NumModalities)
        {
            throw new PreprocessingException(where, $"the case has {cropped.Channels.Length} channels, but the plan {plan.NumModalities}", "give the channels that the plan was made for");
        }

        if (!plan.PlansPerStage.TryGetValue(stage, out ConfigurationPlan? configuration))
        {
            throw new PreprocessingException(where, $"the plan has no stage {stage}", $"its stages are {string.Join(", ", plan.PlansPerStage.Keys)}");
        }

        int[] order = plan.TransposeForward.ToArray();
        Spacing original = Spacing.From(cropped.Properties.OriginalSpacing.AsSpan()).Transpose(order);
        Spacing target = TargetSpacing(original, Spacing.From(configuration.CurrentSpacing.AsSpan()));
        Extent from = cropped.Extent.Transpose(order);
        Grids grids = new(from, NewExtent(from, original, target), AnisotropicResampling.SeparateAxis(original, target, ForceSeparateZ));
        short[] segmentation = ResampleLabels(Ordered(cropped.Segmentation, cropped.Extent, order), grids, cancel);
        float[][] data = new float[cropped.Channels.Length][];
        for (int c = 0; c < data.Length; c++)
        {
            data[c] = Resample(Ordered(cropped.Channels[c], cropped.Extent, order), grids, cancel);
            Normalize(data[c], segmentation, plan, c, where);
        }

        CaseProperties properties = cropped.Properties with
        {
            UseNonzeroMaskForNorm = plan.UseMaskForNorm,
            SizeAfterResampling = [.. grids.To.ToArray()],
            SpacingAfterResampling = [.. target.ToArray()],
        };
        return new PreprocessedCase(new MultiChannelArray<float>(grids.To, data), segmentation, properties);
    }

    /// <summary>The voxel counts of a case after resampling, in the plan's transposed order.</summary>
    /// <param name="extent">Voxel counts (z, y, x) after cropping.</param>
    /// <param name="spacing">Spacing (z, y, x) of the image.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="stage">The plan's stage.</param>
    public Extent ExtentAfter(Extent extent, Spacing spacing, Plan plan, int stage)
    {
        int[] order = plan.TransposeForward.ToArray();
        Spacing original = spacing.Transpose(order);
        return NewExtent(extent.Transpose(order), original, TargetSpacing(original, Spacing.From(plan.PlansPerStage[stage].CurrentSpacing.AsSpan())));
    }

    /// <summary>The spacing to which a case is resampled, in the plan's transposed order.</summary>
    /// <param name="original">The case's own spacing.</param>
    /// <param name="planned">What the plan's stage says.</param>
    protected virtual Spacing TargetSpacing(Spacing original, Spacing planned) => planned;

    /// <summary>The normalisation of a channel.</summary>
    /// <value>What the plan says.</value>
    protected virtual string SchemeOf(Plan plan, int channel) => plan.NormalizationSchemes[channel];

    private void Normalize(float[] voxels, short[] segmentation, Plan plan, int channel, string where)
    {
        NormalizationScheme scheme = Catalog<NormalizationScheme>.Create(SchemeOf(plan, channel));
        ChannelIntensities? intensities = plan.DatasetProperties.IntensityProperties?.GetValueOrDefault(channel);
        if (scheme.NeedsIntensities && intensities is null)
        {
            throw new PreprocessingException(
                where, $"the plan has no intensities of channel {channel}, but its normalisation \"{SchemeOf(plan, channel)}\" needs them", "name the channel CT in dataset.json and plan again");
        }

        scheme.Apply(voxels, segmentation, plan.UseMaskForNorm[channel], intensities);
    }

    /// <summary>A copy of a channel on the stage's grid.</summary>
    private float[] Resample(float[] voxels, Grids grids, CancellationToken cancel)
    {
        if (grids.From == grids.To) return [.. voxels];
        float[] result = new float[grids.To.Count];
        AnisotropicResampling.Resample(voxels, grids.From, result, grids.To, grids.SeparateAxis, DataOrder, DataOrderZ, cancel);
        return result;
    }

    private short[] ResampleLabels(short[] labels, Grids grids, CancellationToken cancel)
    {
        if (grids.From == grids.To) return [.. labels];
        short[] result = new short[grids.To.Count];
        AnisotropicResampling.ResampleLabels(labels, grids.From, result, grids.To, grids.SeparateAxis, LabelOrder, LabelOrderZ, cancel);
        return result;
    }

    /// <summary>An axis keeps at least one voxel, where the original would fail.</summary>
    private static Extent NewExtent(Extent extent, Spacing original, Spacing target)
    {
        Extent resized = AnisotropicResampling.NewExtent(extent, original, target);
        return new Extent(Math.Max(1, resized.Z), Math.Max(1, resized.Y), Math.Max(1, resized.X));
    }

    private static T[] Ordered<T>(T[] voxels, Extent extent, int[] order) =>
        AxisOrder.IsIdentity(order) ? voxels : AxisOrder.Transpose<T>(voxels, extent, order);

    /// <summary>From which grid to which, axes in the plan's transposed order.</summary>
    private sealed record Grids(Extent From, Extent To, int? SeparateAxis);
}
