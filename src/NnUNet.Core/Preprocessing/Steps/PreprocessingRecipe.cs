using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>How a case becomes a network's input, and how the network's outputs are brought back to the image: the steps in their order, with all that each needs.</summary>
/// <remarks>Made from a plan's stage by a <see cref="CasePreprocessor"/>, or read from another program's model.</remarks>
public sealed record PreprocessingRecipe
{
    /// <summary>The steps of the first version of nnU-Net.</summary>
    public static readonly ValueArray<CaseStep> ResampleFirst = [CaseStep.Crop, CaseStep.Transpose, CaseStep.Resample, CaseStep.Normalize];

    /// <summary>The steps of the second version of nnU-Net.</summary>
    public static readonly ValueArray<CaseStep> NormalizeFirst = [CaseStep.Transpose, CaseStep.Crop, CaseStep.Normalize, CaseStep.Resample];

    /// <summary>The channels by their number.</summary>
    public required ValueArray<ChannelRecipe> Channels { get; init; }

    /// <summary>The steps in their order; each is there once, and cropping comes before resampling and normalising.</summary>
    public required ValueArray<CaseStep> Steps { get; init; }

    /// <summary>The orientation to which images are turned before all steps, and from which segmentations are turned back, as the reader does that the model was trained with; null where images are taken as they lie.</summary>
    public Orientation? Orientation { get; init; }

    /// <summary>Order of the axes while working: axis i of the working array is axis <c>[i]</c> of the image.</summary>
    public required ValueArray<int> TransposeForward { get; init; }

    /// <summary>The spacing (3 values, transposed axes) in millimetres to which cases are resampled.</summary>
    public required ValueArray<double> Spacing { get; init; }

    /// <summary>Whether cases keep their own spacing along the first transposed axis, since networks see its slices one by one.</summary>
    /// <value>False.</value>
    public bool KeepsSliceSpacing { get; init; }

    /// <summary>How images are resampled.</summary>
    public required ResamplingRule Images { get; init; }

    /// <summary>How segmentations are resampled.</summary>
    public required ResamplingRule Segmentations { get; init; }

    /// <summary>How the network's outputs are brought back to the image's grid: a <see cref="SplineFunction"/>.</summary>
    public required ResamplingRule Outputs { get; init; }

    /// <summary>By which spacing it is decided on the way back which axis is coarse.</summary>
    /// <value>As the first version of nnU-Net does.</value>
    public CoarseAxisRule CoarseAxis { get; init; }

    /// <summary>The inverse of <see cref="TransposeForward"/>.</summary>
    public ValueArray<int> TransposeBackward
    {
        get
        {
            int[] forward = TransposeForward.ToArray();
            return [.. Enumerable.Range(0, forward.Length).Select(axis => Array.IndexOf(forward, axis))];
        }
    }

    /// <summary>The spacing to which a case is resampled, in transposed axes.</summary>
    /// <param name="original">The case's own spacing, in transposed axes.</param>
    public Spacing SpacingFor(Spacing original)
    {
        Spacing planned = Imaging.Spacing.From(Spacing.AsSpan());
        return KeepsSliceSpacing ? planned with { Z = original.Z } : planned;
    }

    /// <summary>The voxel counts of a case after preprocessing, in transposed axes.</summary>
    /// <param name="extent">Voxel counts (z, y, x) after cropping.</param>
    /// <param name="spacing">Spacing (z, y, x) of the image.</param>
    /// <param name="where">The image's file, for the message.</param>
    /// <exception cref="PreprocessingException">The image would get more voxels than a volume can have.</exception>
    public Extent ExtentAfter(Extent extent, Spacing spacing, string where = "image") => GridsFor(extent, spacing, where).To;

    /// <summary>The voxel counts and the spacing, both (z, y, x), of an image once it is turned to <see cref="Orientation"/>.</summary>
    /// <param name="extent">Voxel counts (z, y, x) of the image.</param>
    /// <param name="image">Where the image lies.</param>
    /// <param name="where">The image's file, for the message.</param>
    /// <exception cref="PreprocessingException">The image has two axes, and a third would have to be turned.</exception>
    public (Extent Extent, Spacing Spacing) GridOf(Extent extent, ImageGeometry image, string where = "image")
    {
        (Extent turned, ImageGeometry geometry) = ImageTurn.Turned(extent, image, this, where);
        return (turned, geometry.Spacing);
    }

    /// <summary>Where an array lies of which nothing is known but its spacing: as the model's images do.</summary>
    /// <param name="spacing">Spacing (z, y, x) of the array.</param>
    public ImageGeometry GeometryOf(Spacing spacing) => Orientation?.GeometryOf(spacing) ?? ImageGeometry.FromSpacing(spacing);

    /// <summary>What is odd about an image's spacing compared with the recipe's, which shows units that are wrong; no voxels are read.</summary>
    /// <param name="spacing">Spacing (z, y, x) of the image, turned to <see cref="Orientation"/>.</param>
    /// <param name="where">The image's file.</param>
    public IReadOnlyList<DatasetFault> SpacingWarnings(Spacing spacing, string where)
    {
        Spacing model = SpacingFor(spacing.Transpose(TransposeForward.AsSpan())).Transpose(TransposeBackward.AsSpan());
        return SpacingPlausibility.DifferenceFromModel(spacing, model) is { } difference ? [new DatasetFault(where, difference, SpacingPlausibility.Remedy)] : [];
    }

    /// <summary>What is wrong with the recipe, each in one sentence; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Steps.Order().SequenceEqual(Enum.GetValues<CaseStep>()) || Steps.Index().Any(s => s.Item == CaseStep.Crop && Steps.Take(s.Index).Any(static before => before != CaseStep.Transpose)))
        {
            yield return $"the steps are {Steps}, but must be each of {string.Join(", ", Enum.GetNames<CaseStep>())} once, and nothing but Transpose before Crop";
        }

        if (Channels.Count == 0) yield return "there are no channels";
        if (!TransposeForward.Order().SequenceEqual([0, 1, 2])) yield return $"the order of the axes is {TransposeForward}, but must be 0, 1, 2 in some order";
        if (Spacing.Count != 3 || Spacing.Any(static s => !(s > 0))) yield return $"the spacing is {Spacing}, but must be 3 positive values";
        bool keepsGrid = ResamplingFunction.IsKnown(Images) && ResamplingFunction.Of(Images).KeepsGrid;
        foreach ((string kind, ResamplingRule rule) in ((string, ResamplingRule)[])[("images are", Images), ("segmentations are", Segmentations), ("what the network says is", Outputs)])
        {
            if (!ResamplingFunction.IsKnown(rule)) yield return $"{kind} resampled with {rule.Function}, but {Nearest.Remedy(rule.Function, Catalog<ResamplingFunction>.Names)}";
            else if (ResamplingFunction.Of(rule).KeepsGrid && !keepsGrid) yield return $"{kind} resampled with {rule.Function}, which keeps the grid, but images with {Images.Function}, which does not";
        }

        if (ResamplingFunction.IsKnown(Outputs) && ResamplingFunction.Of(Outputs) is not SplineFunction) yield return $"what the network says is resampled with {Outputs.Function}, but that is done block by block with splines only";
    }

    /// <summary>From which grid to which a case is resampled, in transposed axes.</summary>
    /// <param name="extent">Voxel counts (z, y, x) after cropping.</param>
    /// <param name="spacing">Spacing (z, y, x) of the image.</param>
    /// <param name="where">The image's file, for the message.</param>
    /// <exception cref="PreprocessingException">The image would get more voxels than a volume can have.</exception>
    internal ResamplingGrids GridsFor(Extent extent, Spacing spacing, string where = "image")
    {
        int[] order = TransposeForward.ToArray();
        Spacing original = spacing.Transpose(order);
        Spacing target = SpacingFor(original);
        Extent from = extent.Transpose(order);
        Extent to = ResamplingFunction.Of(Images).KeepsGrid ? from : AnisotropicResampling.NewExtent(from, original, target);

        // An axis keeps at least one voxel, where the original would fail.
        to = new Extent(Math.Max(1, to.Z), Math.Max(1, to.Y), Math.Max(1, to.X));
        return (Int128)to.Z * to.Y * to.X <= Array.MaxLength
            ? new ResamplingGrids(from, original, to, target)
            : throw new PreprocessingException(
                where,
                $"at {original} (in the model's order of axes) an image of {from} voxels would become one of {to} at the model's {target}, but a volume has at most {Array.MaxLength} voxels",
                SpacingPlausibility.Remedy);
    }
}

/// <summary>By which spacing it is decided, on the way back to the image's grid, which axis is coarse.</summary>
public enum CoarseAxisRule
{
    /// <summary>By the image's; where that has no coarse axis, by the network's, read as if its axes were the image's (nnU-Net v1).</summary>
    ImageFirst,

    /// <summary>By the network's; where that has no coarse axis, by the image's, both in transposed axes (nnU-Net v2).</summary>
    NetworkFirst,
}
