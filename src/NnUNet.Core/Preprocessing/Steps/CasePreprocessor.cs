using NnUNet.Core.Cropping;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>
/// Says how a plan's cases are preprocessed (<see cref="RecipeFor"/>), and preprocesses a case by any recipe. A point of
/// extension, by name: a plan says which one it needs.
/// </summary>
public abstract class CasePreprocessor
{
    /// <summary>How images are resampled.</summary>
    /// <value>Cubic splines; the nearest neighbour along a coarse axis, which is resampled by itself.</value>
    protected virtual ResamplingRule Images => new() { Order = 3, OrderZ = 0 };

    /// <summary>How segmentations are resampled.</summary>
    /// <value>Linearly; the nearest neighbour along a coarse axis, which is resampled by itself.</value>
    protected virtual ResamplingRule Segmentations => new() { Order = 1, OrderZ = 0 };

    /// <summary>The steps in their order.</summary>
    /// <value>Crop, transpose, resample, normalise.</value>
    protected virtual ValueArray<CaseStep> Steps => PreprocessingRecipe.ResampleFirst;

    /// <summary>Whether cases keep their own spacing from slice to slice.</summary>
    /// <value>False.</value>
    protected virtual bool KeepsSliceSpacing => false;

    /// <summary>Preprocesses one case by a recipe.</summary>
    /// <param name="channels">The channels on one grid (z, y, x); not changed.</param>
    /// <param name="labels">The segmentation on the same grid, or null.</param>
    /// <param name="files">The channels' files, for the properties and messages; may be empty.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="cancel">Stops between and within the steps.</param>
    /// <returns>The case, its axes in the recipe's transposed order.</returns>
    /// <exception cref="PreprocessingException">The case does not fit the recipe, is empty, or its files are on different grids.</exception>
    public static PreprocessedCase Run(
        IReadOnlyList<Volume<float>> channels, Volume<short>? labels, IReadOnlyList<string> files, PreprocessingRecipe recipe, CancellationToken cancel = default)
    {
        if (recipe.Orientation is null) return RecipeSteps.Run(recipe, NonzeroCrop.Crop(channels, labels, files, labelFile: null), cancel);

        ImageGeometry image = channels[0].Geometry;
        string where = files.Count > 0 ? files[0] : "image";
        PreprocessedCase made = RecipeSteps.Run(
            recipe,
            NonzeroCrop.Crop([.. channels.Select(c => ImageTurn.Turned(c, image, recipe, where))], labels is null ? null : ImageTurn.Turned(labels, image, recipe, where), files, labelFile: null),
            cancel);
        return made with { Properties = made.Properties with { TurnedFrom = image } };
    }

    /// <summary>Preprocesses one case as a plan asks.</summary>
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
        Run(channels, labels, files, RecipeFor(plan, stage), cancel);

    /// <summary>The recipe of a plan's stage.</summary>
    /// <exception cref="DescribedException">The plan has no such stage, or how it wants its networks' results resampled is not possible.</exception>
    public static PreprocessingRecipe RecipeOf(Plan plan, int stage) => Catalog<CasePreprocessor>.Create(plan.PreprocessorName).RecipeFor(plan, stage);

    /// <summary>The recipe of a plan's stage for this preprocessor.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stage">The plan's stage.</param>
    /// <exception cref="DescribedException">The plan has no such stage, or how it wants its networks' results resampled is not possible.</exception>
    public PreprocessingRecipe RecipeFor(Plan plan, int stage) => new()
    {
        Channels = [.. Enumerable.Range(0, plan.NumModalities).Select(c => new ChannelRecipe
        {
            Name = plan.Modalities.GetValueOrDefault(c, ""),
            Normalization = SchemeOf(plan, c),
            UseMask = plan.UseMaskForNorm[c],
            Intensities = plan.DatasetProperties.IntensityProperties?.GetValueOrDefault(c),
        })],
        Steps = Steps,
        TransposeForward = plan.TransposeForward,
        Spacing = plan.PlansPerStage.TryGetValue(stage, out ConfigurationPlan? configuration)
            ? configuration.CurrentSpacing
            : throw new PreprocessingException("plans", $"the plan has no stage {stage}", $"its stages are {string.Join(", ", plan.PlansPerStage.Keys)}"),
        KeepsSliceSpacing = KeepsSliceSpacing,
        Images = Images,
        Segmentations = Segmentations,
        Outputs = OutputResampling.Of(plan),
    };

    /// <summary>Preprocesses a case that is cropped already.</summary>
    internal static PreprocessedCase Run(CroppedCase cropped, PreprocessingRecipe recipe, CancellationToken cancel = default) => RecipeSteps.Run(recipe, cropped, cancel);

    /// <summary>Preprocesses a case that is cropped already, as a plan asks.</summary>
    internal PreprocessedCase Run(CroppedCase cropped, Plan plan, int stage, CancellationToken cancel = default) => Run(cropped, RecipeFor(plan, stage), cancel);

    /// <summary>The voxel counts of a case after preprocessing, in the plan's transposed order.</summary>
    /// <param name="extent">Voxel counts (z, y, x) after cropping.</param>
    /// <param name="spacing">Spacing (z, y, x) of the image.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="stage">The plan's stage.</param>
    public Extent ExtentAfter(Extent extent, Spacing spacing, Plan plan, int stage) => RecipeFor(plan, stage).ExtentAfter(extent, spacing);

    /// <summary>The normalisation of a channel.</summary>
    /// <value>What the plan says.</value>
    protected virtual string SchemeOf(Plan plan, int channel) => plan.NormalizationSchemes[channel];
}
