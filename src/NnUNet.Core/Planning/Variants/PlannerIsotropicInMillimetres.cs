using NnUNet.Foundation;

namespace NnUNet.Core.Planning.Variants;

/// <summary>The first version's planner, with patches that are as isotropic as possible in millimetres.</summary>
/// <remarks>Source: nnunet/experiment_planning/alternative_experiment_planning/patch_size/experiment_planner_3DUNet_isotropic_in_mm.py.</remarks>
[CatalogName("ExperimentPlannerIso")]
internal sealed class PlannerIsotropicInMillimetres : Planner3D
{
    public override string PlansName => "nnUNetPlansfixedisoPatchesInmm";

    public override string DataIdentifier => "nnUNet_isoPatchesInmm";

    protected override double[] ShrinkPriority(ReadOnlySpan<int> patch, ReadOnlySpan<int> median, ReadOnlySpan<double> spacing)
    {
        double[] millimetres = spacing.ToArray();
        for (int i = 0; i < millimetres.Length; i++) millimetres[i] *= patch[i];
        return millimetres;
    }
}
