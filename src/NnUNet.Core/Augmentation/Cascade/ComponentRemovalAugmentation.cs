using NnUNet.Foundation;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Augmentation.Cascade;

/// <summary>Which component of each class is removed.</summary>
/// <param name="Choices">One number per class from 0 to below 1, which says which of its small components; null leaves the class as it is. Empty leaves all.</param>
public readonly record struct ComponentChoices(ValueArray<double?> Choices);

/// <summary>
/// Removes a connected component (26 neighbours) from each of the cascade's one-hot channels, so that the second stage does not
/// trust the first one to have found everything: any component that covers less than 15 % of the patch.
/// </summary>
/// <remarks>
/// The original swaps two settings, so that it never removes anything; its intention is what is done here.
/// Source: nnunet/training/data_augmentation/pyramid_augmentations.py, RemoveRandomConnectedComponentFromOneHotEncodingTransform.
/// </remarks>
public sealed class ComponentRemovalAugmentation : PatchAugmentation<ComponentChoices>
{
    private readonly int _classes;

    /// <summary>The augmentation of a patch's last channels.</summary>
    /// <param name="classes">Number of one-hot channels, which are the last ones.</param>
    public ComponentRemovalAugmentation(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classes);
        _classes = classes;
    }

    /// <summary>Probability that a sample is changed.</summary>
    /// <value>0.2.</value>
    public double Probability { get; init; } = 0.2;

    /// <summary>Probability of each class of such a sample.</summary>
    /// <value>1.</value>
    public double ClassProbability { get; init; } = 1;

    /// <summary>Share of the patch below which a component may be removed.</summary>
    /// <value>0.15.</value>
    public double LargestShare { get; init; } = 0.15;

    /// <inheritdoc/>
    public override ComponentChoices Draw(ref RandomStream random)
    {
        if (!random.Bool(Probability)) return default;

        double?[] choices = new double?[_classes];
        for (int c = 0; c < choices.Length; c++)
        {
            if (random.Bool(ClassProbability)) choices[c] = random.NextDouble();
        }

        return new ComponentChoices(new(choices));
    }

    /// <inheritdoc/>
    public override void Apply(PatchBuffer patch, in ComponentChoices parameters)
    {
        int first = patch.Channels - _classes;
        for (int c = 0; c < parameters.Choices.Count; c++)
        {
            if (parameters.Choices[c] is { } choice) Remove(patch, first + c, choice);
        }
    }

    /// <inheritdoc/>
    protected override string? Describe(in ComponentChoices parameters) =>
        parameters.Choices.Any(static c => c is not null) ? "parts removed" : null;

    private void Remove(PatchBuffer patch, int number, double choice)
    {
        ComponentMap parts = ConnectedComponents.Label(patch.MaskOf(number), patch.Extent, diagonal: true);
        int[] small = [.. Enumerable.Range(1, parts.Sizes.Count).Where(part => parts.Sizes[part - 1] < LargestShare * patch.Extent.Count)];
        if (small.Length == 0) return;

        int removed = small[(int)(choice * small.Length)];
        Span<float> channel = patch.Channel(number);
        for (int i = 0; i < channel.Length; i++)
        {
            if (parts.Numbers[i] == removed) channel[i] = 0;
        }
    }
}
