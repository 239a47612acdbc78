using System.CommandLine;
using NnUNet.Core.Planning;
using NnUNet.Imaging;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Cli.Frame;

/// <summary>What the commands that plan have in common: naming planners and a target spacing.</summary>
internal static class PlanningChoices
{
    /// <summary>The option for a target spacing of the user's own.</summary>
    public static Option<double[]> SpacingOption() => Values.Numbers(
        ["--spacing"], "Z Y X", "Target spacing in millimetres along the image's z, y and x axes, instead of the planner's own. The plan gets a name of its own.", 3);

    /// <summary>The planner of that name, or null where the name is None.</summary>
    /// <exception cref="UsageException">The planner is for the other number of axes.</exception>
    /// <exception cref="CatalogException">There is no such planner.</exception>
    public static ExperimentPlanner? Planner(string name, int dimensions)
    {
        if (name == "None") return null;
        ExperimentPlanner planner = Catalog<ExperimentPlanner>.Create(name);
        return planner.Dimensions == dimensions
            ? planner
            : throw new UsageException($"{name} plans {planner.Dimensions}D networks; give it with -pl{planner.Dimensions}d");
    }

    /// <summary>What the user decides instead of the planner.</summary>
    public static PlanningOptions Options(Invocation call, Option<double[]> spacing) =>
        call.IsGiven(spacing) ? new PlanningOptions { Spacing = Spacing.From(call.Get(spacing)) } : PlanningOptions.Default;
}
