using NnUNet.Core.Models;
using NnUNet.Foundation;

namespace NnUNet.Core.Export;

/// <summary>How a network's outputs become labels while they come by one after the other: the one place where that is decided.</summary>
/// <remarks>
/// Classes: the one with the largest value, of equal ones the lowest. Regions: each is painted with its label wherever it is above
/// the threshold, in the order of the outputs, so that later ones lie on top of earlier ones.
/// </remarks>
/// <param name="RegionsClassOrder">The label of each output where outputs are regions; empty for classes.</param>
/// <param name="Threshold">The value above which a voxel belongs to a region.</param>
internal sealed record LabelRule(ValueArray<int> RegionsClassOrder, float Threshold)
{
    /// <summary>The value of a probability of one half.</summary>
    public const float OneHalf = 0.5f;

    /// <summary>Whether the outputs are regions, which need no memory of the best value so far.</summary>
    public bool IsRegions => RegionsClassOrder.Count > 0;

    /// <summary>The rule for what a model's networks say.</summary>
    public static LabelRule Of(ModelContract contract) => new(contract.Labels.RegionsClassOrder, contract.Outputs.Threshold);

    /// <summary>The rule for probabilities in a file.</summary>
    /// <param name="regionsClassOrder">The label of each region; none for classes.</param>
    public static LabelRule OfProbabilities(ValueArray<int> regionsClassOrder) => new(regionsClassOrder, OneHalf);

    /// <summary>Updates the labels with the next output.</summary>
    /// <param name="values">The output's values: probabilities or logits.</param>
    /// <param name="output">Its number; outputs come in ascending order.</param>
    /// <param name="best">For classes: the best value so far; start with negative infinity.</param>
    /// <param name="labels">The labels so far; start with 0.</param>
    public void Take(ReadOnlySpan<float> values, int output, Span<float> best, Span<int> labels)
    {
        if (IsRegions) RunningArgmax.Paint(values, Threshold, RegionsClassOrder[output], labels);
        else RunningArgmax.Update(values, output, best, labels);
    }

    /// <inheritdoc cref="Take(ReadOnlySpan{float}, int, Span{float}, Span{int})"/>
    public void Take(ReadOnlySpan<float> values, int output, Span<float> best, Span<short> labels)
    {
        if (IsRegions) RunningArgmax.Paint(values, Threshold, (short)RegionsClassOrder[output], labels);
        else RunningArgmax.Update(values, (short)output, best, labels);
    }
}
