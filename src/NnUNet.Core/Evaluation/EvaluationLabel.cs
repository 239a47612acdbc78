using System.Globalization;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Core.Evaluation;

/// <summary>What is scored as one structure: a label, or a region made of several labels.</summary>
/// <param name="Name">The key in <c>summary.json</c>: the label's value as text, or the region's name.</param>
/// <param name="Values">The label values that belong to it.</param>
public sealed record EvaluationLabel(string Name, ValueArray<int> Values)
{
    /// <summary>Whether it is a region of the data set, whose scores a summary keeps apart from those of labels.</summary>
    /// <value>False.</value>
    public bool IsRegion { get; init; }

    /// <summary>A region under its name.</summary>
    public static EvaluationLabel Of(LabelRegion region) => new(region.Name, region.Labels) { IsRegion = true };

    /// <summary>One label under its own value.</summary>
    public static implicit operator EvaluationLabel(int label) => FromInt32(label);

    /// <summary>One label under its own value.</summary>
    public static EvaluationLabel FromInt32(int label) => new(label.ToString(CultureInfo.InvariantCulture), [label]);

    /// <summary>One structure for each of the labels.</summary>
    public static IReadOnlyList<EvaluationLabel> From(IEnumerable<int> labels) => [.. labels.Select(FromInt32)];
}
