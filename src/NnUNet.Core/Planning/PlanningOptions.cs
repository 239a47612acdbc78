using System.Globalization;
using NnUNet.Imaging;

namespace NnUNet.Core.Planning;

/// <summary>What a user may decide about a plan instead of the planner.</summary>
public sealed record PlanningOptions
{
    /// <summary>The planner decides everything.</summary>
    public static PlanningOptions Default { get; } = new();

    /// <summary>The full-resolution target spacing (z, y, x) in millimetres, in the order of the image's axes.</summary>
    /// <value>null: the planner derives it from the data set. Else three values greater than 0.</value>
    public Spacing? Spacing { get; init; }

    /// <summary>What is wrong with the options; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Spacing is { } spacing && spacing.ToArray().Any(static s => !(double.IsFinite(s) && s > 0)))
            yield return $"the target spacing is {spacing}, but each of its values must be greater than 0";
    }

    /// <summary>What these options add to the names of plans and data, so that they stand beside those without options: <c>_trgSp_2x2x2</c>.</summary>
    internal string NameSuffix => Spacing is { } s
        ? string.Create(CultureInfo.InvariantCulture, $"_trgSp_{s.Z:0.######}x{s.Y:0.######}x{s.X:0.######}")
        : "";
}
