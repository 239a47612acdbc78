using System.CommandLine;
using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Cli.Choices;

/// <summary>What the commands that plan have in common: naming planners and a target spacing.</summary>
internal static class PlanningChoices
{
    /// <summary>The option for a target spacing of the user's own.</summary>
    public static Option<double[]> SpacingOption() => Values.Numbers(
        ["--spacing"], "Z Y X", "Target spacing in millimetres along the image's z, y and x axes, instead of the planner's own. The plan gets a name of its own.", 3);

    /// <summary>Refuses a planner that is given with the other number of axes' option.</summary>
    /// <exception cref="UsageException">The planner is for the other number of axes.</exception>
    /// <exception cref="CatalogException">There is no such planner.</exception>
    public static void Check(string name, int dimensions)
    {
        int planned = Catalog<ExperimentPlanner>.Create(name).Dimensions;
        if (planned != dimensions) throw new UsageException($"{name} plans {planned}D networks; give it with -pl{planned}d");
    }

    /// <summary>A planner's name; null where the user gives <c>None</c>.</summary>
    /// <exception cref="UsageException">The planner is for the other number of axes.</exception>
    /// <exception cref="CatalogException">There is no such planner.</exception>
    public static string? NameOf(string name, int dimensions)
    {
        if (name == "None") return null;
        Check(name, dimensions);
        return name;
    }

    /// <summary>What the user decides instead of the planner.</summary>
    public static PlanningOptions Options(Invocation call, Option<double[]> spacing) =>
        call.IsGiven(spacing) ? new PlanningOptions { Spacing = Spacing.From(call.Get(spacing)) } : PlanningOptions.Default;

    /// <summary>Prints what a plan decided, a line a stage.</summary>
    public static void Print(Invocation call, Plan plan)
    {
        foreach ((int stage, ConfigurationPlan configuration) in plan.PlansPerStage)
        {
            string kind = configuration.Is2D ? "2D" : "3D";
            call.Print($"  {kind}, stage {stage}: patch {configuration.PatchSize}, batch {configuration.BatchSize}, spacing {Rounded(configuration.CurrentSpacing)} mm, median case {configuration.MedianPatientSizeInVoxels}");
        }
    }

    private static string Rounded(ValueArray<double> spacing) =>
        $"[{string.Join(", ", spacing.Select(static millimetres => millimetres.ToString("0.###", CultureInfo.InvariantCulture)))}]";
}
