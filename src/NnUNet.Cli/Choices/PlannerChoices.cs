using System.CommandLine;
using NnUNet.Cli.Frame;

namespace NnUNet.Cli.Choices;

/// <summary>What the commands that plan a task among other steps have in common.</summary>
internal static class PlannerChoices
{
    /// <summary>The option of the planner of 3D networks.</summary>
    public static Option<string?> ThreeD() => Values.Text(["-pl3d", "--planner3d"], "NAME", "Planner of the 3D U-Nets; None for no 3D U-Nets.", "ExperimentPlanner3D_v21");

    /// <summary>The option of the planner of the 2D network.</summary>
    public static Option<string?> TwoD() => Values.Text(["-pl2d", "--planner2d"], "NAME", "Planner of the 2D U-Net; None for no 2D U-Net.", "ExperimentPlanner2D_v21");

    /// <summary>The option of the plans' name, which follows from the planner.</summary>
    public static Option<string?> Plans() => Values.Text(["-p", "--plans_identifier"], "NAME", "The plans' name. That of the 3D planner unless given.");
}
