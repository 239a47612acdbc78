using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Names cases whose labels lie on the other side of the image's centre than in the other cases: an upside-down body, or left and right exchanged.</summary>
/// <remarks>
/// A label tells of an axis of the world where it lies clearly off the centre in most cases, and nearly always on the same side. A case is
/// named where every label that tells of an axis lies clearly on the other side.
/// </remarks>
[CatalogName("orientation")]
internal sealed class OrientationCheck : DatasetCheck
{
    private const int FewestCases = 5;

    // In halves of the image: what is nearer to the centre may lie on either side.
    private const double Clear = 0.1;
    private const double Majority = 0.8;

    private static readonly (string Here, string There, string Meaning)[] Axes =
    [
        ("left", "right", "left and right look exchanged"),
        ("back", "front", "front and back look exchanged"),
        ("head", "feet", "the image looks upside down"),
    ];

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(IReadOnlyList<CheckedCase> cases)
    {
        Dictionary<(int Label, int Axis), int> sides = Sides(cases);
        foreach (CheckedCase one in cases)
        {
            List<string> told = [];
            for (int axis = 0; axis < 3; axis++)
            {
                (int Label, double Offset, int Side)[] telling =
                    [.. (one.Facts.Labels ?? []).Where(l => sides.ContainsKey((l.Label, axis))).Select(l => (l.Label, l.Offset[axis], sides[(l.Label, axis)]))];
                if (telling.Length == 0 || !telling.All(static t => SideOf(t.Offset) == -t.Side)) continue;

                (string here, string there, string meaning) = Axes[axis];
                (string own, string usual) = telling[0].Side > 0 ? (there, here) : (here, there);
                told.Add($"{meaning}: label{(telling.Length == 1 ? "" : "s")} {string.Join(", ", telling.Select(static t => t.Label))} towards the {own}, in the other cases towards the {usual}");
            }

            if (told.Count > 0) yield return new CheckFinding(one, 0, one.Name, string.Join("; ", told));
        }
    }

    /// <summary>On which side each label lies along each axis of the world, where that is clear.</summary>
    private static Dictionary<(int Label, int Axis), int> Sides(IReadOnlyList<CheckedCase> cases)
    {
        Dictionary<(int Label, int Axis), int> sides = [];
        foreach (IGrouping<int, LabelFacts> label in cases.SelectMany(static c => c.Facts.Labels ?? []).GroupBy(static l => l.Label).Where(static g => g.Count() >= FewestCases))
        {
            for (int axis = 0; axis < 3; axis++)
            {
                int[] signs = [.. label.Select(l => SideOf(l.Offset[axis]))];
                int positive = signs.Count(static s => s > 0), negative = signs.Count(static s => s < 0);
                if (Math.Max(positive, negative) >= Majority * signs.Length) sides[(label.Key, axis)] = positive > negative ? 1 : -1;
            }
        }

        return sides;
    }

    private static int SideOf(double offset) => offset > Clear ? 1 : offset < -Clear ? -1 : 0;
}
