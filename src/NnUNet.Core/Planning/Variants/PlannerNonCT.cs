using NnUNet.Foundation;

namespace NnUNet.Core.Planning.Variants;

/// <summary>The first version's planner, with CT images normalised like all others.</summary>
/// <remarks>Source: nnunet/experiment_planning/alternative_experiment_planning/normalization/experiment_planner_3DUNet_nonCT.py.</remarks>
[CatalogName("ExperimentPlannernonCT")]
internal sealed class PlannerNonCT : Planner3D
{
    public override string PlansName => "nnUNetPlansnonCT";

    public override string DataIdentifier => "nnUNet_nonCT";

    protected override string NormalizationScheme(string channel) => "nonCT";
}
