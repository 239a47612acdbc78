using NnUNet.Foundation;

namespace NnUNet.Core.Planning.Variants;

/// <summary>The first version's planner, with CT images clipped as usual and then normalised each by its own mean and deviation.</summary>
/// <remarks>Source: nnunet/experiment_planning/alternative_experiment_planning/normalization/experiment_planner_3DUNet_CT2.py.</remarks>
[CatalogName("ExperimentPlannerCT2")]
internal sealed class PlannerCT2 : Planner3D
{
    public override string PlansName => "nnUNetPlansCT2";

    public override string DataIdentifier => "nnUNet_CT2";

    protected override string NormalizationScheme(string channel) => channel == "CT" ? "CT2" : "nonCT";
}
