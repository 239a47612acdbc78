using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Augmentation;

/// <summary>The augmentation that a plan asks for: ranges, mirror axes and the larger patch that is read from disk.</summary>
public sealed record AugmentationSettings
{
    private const double AnisotropicRatio2D = 1.5;

    /// <summary>Smallest scale of the range that the larger patch is computed with.</summary>
    /// <remarks>The original computes it before it widens the range to 0.7, so corners of few samples are empty.</remarks>
    private const double InitialPatchScale = 0.85;

    /// <summary>Voxel counts (z, y, x) that the network sees; z = 1 in 2D.</summary>
    public required Extent Patch { get; init; }

    /// <summary>Voxel counts (z, y, x) of what is read and rotated; as <see cref="Patch"/> where nothing rotates or scales.</summary>
    public required Extent InitialPatch { get; init; }

    /// <summary>Whether slices are rotated and scaled in their plane: 2D plans, and 3D plans with an anisotropic patch.</summary>
    public required bool SliceWise { get; init; }

    /// <summary>The ranges from which rotation and scaling are drawn.</summary>
    public required SpatialRanges Spatial { get; init; }

    /// <summary>Array axes of the patch (0 = z, 1 = y, 2 = x) along which samples are mirrored; empty means none.</summary>
    public required ValueArray<int> MirrorAxes { get; init; }

    /// <summary>The settings of nnUNetTrainerV2 for one stage of a plan.</summary>
    /// <remarks>
    /// Rotation by up to 30 degrees around every axis; slice-wise by up to 180 degrees in the plane, in 2D by up to 15
    /// where the patch's longer edge is more than 1.5 times the shorter. Source: nnUNetTrainerV2.py, setup_DA_params.
    /// </remarks>
    public static AugmentationSettings ForPlan(ConfigurationPlan plan)
    {
        return ForPlan(plan, AngleInPlane(plan), Math.PI / 6, InitialPatchScale);
    }

    /// <summary>The settings of nnUNetTrainer, which nnUNetTrainerV2 replaced: half the angles, smaller scales, elastic deformation.</summary>
    /// <param name="plan">The plan of the stage.</param>
    /// <remarks>
    /// Slice-wise the angles are those of <see cref="ForPlan(ConfigurationPlan)"/>, and the deformations weaker.
    /// Source: nnUNetTrainer.py, setup_DA_params; default_data_augmentation.py, default_3D_augmentation_params.
    /// </remarks>
    public static AugmentationSettings FirstGeneration(ConfigurationPlan plan)
    {
        AugmentationSettings settings = ForPlan(plan, AngleInPlane(plan), Math.PI / 12, InitialPatchScale);
        return settings with
        {
            Spatial = settings.Spatial with
            {
                ScaleLow = 0.85,
                ScaleHigh = 1.25,
                Elastic = new ElasticRangesInVoxels(Alpha: new(0, settings.SliceWise ? 200 : 900), Sigma: new(9, 13)),
            },
        };
    }

    /// <summary>The settings of nnUNetTrainerV2_insaneDA and _DA3: slices turn by up to 180 degrees whatever their shape.</summary>
    /// <param name="plan">The plan of the stage.</param>
    /// <param name="initialPatchScale">Smallest scale of the range that the larger patch is computed with.</param>
    /// <remarks>Source: nnUNetTrainerV2_insaneDA.py and nnUNetTrainerV2_DA3.py, setup_DA_params.</remarks>
    public static AugmentationSettings Strong(ConfigurationPlan plan, double initialPatchScale = InitialPatchScale) => ForPlan(plan, Math.PI, Math.PI / 6, initialPatchScale);

    /// <summary>A stage's patch size (z, y, x), with z = 1 in 2D.</summary>
    public static Extent PatchExtent(ConfigurationPlan plan) =>
        plan.Is2D ? new Extent(1, plan.PatchSize[0], plan.PatchSize[1]) : Extent.From(plan.PatchSize.AsSpan());

    /// <summary>The same without rotation, scaling and mirroring: what validation batches get.</summary>
    public AugmentationSettings None() => this with { InitialPatch = Patch, MirrorAxes = [] };

    /// <summary>Largest angle in the plane of slices.</summary>
    private static double AngleInPlane(ConfigurationPlan plan)
    {
        Extent patch = PatchExtent(plan);
        bool elongated = Math.Max(patch.Y, patch.X) > AnisotropicRatio2D * Math.Min(patch.Y, patch.X);
        return plan.Is2D && elongated ? Math.PI / 12 : Math.PI;
    }

    private static AugmentationSettings ForPlan(ConfigurationPlan plan, double inPlane, double inSpace, double initialPatchScale)
    {
        Extent patch = PatchExtent(plan);
        bool sliceWise = plan.Is2D || plan.DoDummy2DDataAug;
        SpatialRanges ranges = new() { MaxAngle = sliceWise ? new AxisValues(inPlane, 0, 0) : AxisValues.All(inSpace) };
        return new AugmentationSettings
        {
            Patch = patch,
            InitialPatch = Core.Augmentation.InitialPatch.For(patch, ranges.MaxAngle, initialPatchScale, sliceWise),
            SliceWise = sliceWise,
            Spatial = ranges,
            MirrorAxes = plan.Is2D ? [1, 2] : [0, 1, 2],
        };
    }
}
