using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>A fingerprint that cannot be planned from, or a plan that cannot be followed.</summary>
public sealed class PlanningException(string where, string what, string remedy, Exception? inner = null)
    : DescribedException(where, what, remedy, inner)
{
    /// <summary>One exception that lists several faults, each on a line of its own.</summary>
    internal static PlanningException Of(string where, IReadOnlyList<string> faults, string remedy) => new(
        where,
        FaultList.Text(faults),
        remedy);
}
