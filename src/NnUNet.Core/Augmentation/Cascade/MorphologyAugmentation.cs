using NnUNet.Foundation;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Augmentation.Cascade;

/// <summary>What can be done to the mask of a class.</summary>
public enum MorphologyOperation
{
    /// <summary>It grows.</summary>
    Dilation,

    /// <summary>It shrinks.</summary>
    Erosion,

    /// <summary>Its gaps are closed.</summary>
    Closing,

    /// <summary>Its thin parts are removed.</summary>
    Opening,
}

/// <summary>One change of one class's mask.</summary>
/// <param name="Class">The class from 0 on, in the order of its channel.</param>
/// <param name="Operation">What is done.</param>
/// <param name="Radius">Radius in voxels of the ball that it is done with.</param>
public readonly record struct MorphologyStep(int Class, MorphologyOperation Operation, double Radius);

/// <summary>What is done to the masks of a sample, in order; none leaves it as it is.</summary>
/// <param name="Steps">At most one per class.</param>
public readonly record struct MorphologySteps(ValueArray<MorphologyStep> Steps);

/// <summary>
/// Lets the one-hot channels of the cascade's first stage grow and shrink, so that the second stage does not trust their
/// borders: each class is dilated, eroded, closed or opened with a ball of 1 to 8 voxels, in random order. What is added
/// to a class is taken away from the others.
/// </summary>
/// <remarks>Source: nnunet/training/data_augmentation/pyramid_augmentations.py, ApplyRandomBinaryOperatorTransform.</remarks>
public sealed class MorphologyAugmentation : PatchAugmentation<MorphologySteps>
{
    private readonly int _classes;

    /// <summary>The augmentation of a patch's last channels.</summary>
    /// <param name="classes">Number of one-hot channels, which are the last ones.</param>
    public MorphologyAugmentation(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classes);
        _classes = classes;
    }

    /// <summary>Probability that a sample is changed.</summary>
    /// <value>0.4.</value>
    public double Probability { get; init; } = 0.4;

    /// <summary>Probability of each class of such a sample.</summary>
    /// <value>1.</value>
    public double ClassProbability { get; init; } = 1;

    /// <summary>Smallest radius of the ball in voxels.</summary>
    /// <value>1.</value>
    public double SmallestRadius { get; init; } = 1;

    /// <summary>Largest radius of the ball in voxels.</summary>
    /// <value>8.</value>
    public double LargestRadius { get; init; } = 8;

    /// <inheritdoc/>
    public override MorphologySteps Draw(ref RandomStream random)
    {
        if (!random.Bool(Probability)) return default;

        int[] order = [.. Enumerable.Range(0, _classes)];
        for (int last = order.Length - 1; last > 0; last--)
        {
            int other = random.Int(0, last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }

        List<MorphologyStep> steps = [];
        foreach (int index in order)
        {
            if (!random.Bool(ClassProbability)) continue;

            MorphologyOperation operation = (MorphologyOperation)random.Int(0, 4);
            steps.Add(new MorphologyStep(index, operation, random.Uniform(SmallestRadius, LargestRadius)));
        }

        return new MorphologySteps(steps.ToValueArray());
    }

    /// <inheritdoc/>
    public override void Apply(PatchBuffer patch, in MorphologySteps parameters)
    {
        int first = patch.Channels - _classes;
        foreach (MorphologyStep step in parameters.Steps)
        {
            Span<float> channel = patch.Channel(first + step.Class);
            if (channel.IndexOfAnyExcept(0f) < 0) continue;

            Span<bool> mask = patch.MaskOf(first + step.Class);
            Change(mask, patch, step);
            for (int other = 0; other < _classes; other++)
            {
                if (other != step.Class) TakeAway(patch.Channel(first + other), channel, mask);
            }

            for (int i = 0; i < channel.Length; i++) channel[i] = mask[i] ? 1 : 0;
        }
    }

    /// <inheritdoc/>
    protected override string? Describe(in MorphologySteps parameters) => parameters.Steps.Count == 0
        ? null
        : string.Join(", ", parameters.Steps.Select(static s => FormattableString.Invariant($"{s.Operation.ToString().ToLowerInvariant()} of {s.Class + 1} by {s.Radius:0.0}")));

    private static void Change(Span<bool> mask, PatchBuffer patch, MorphologyStep step)
    {
        switch (step.Operation)
        {
            case MorphologyOperation.Dilation:
                BinaryMorphology.Dilate(mask, patch.Extent, step.Radius);
                break;
            case MorphologyOperation.Erosion:
                BinaryMorphology.Erode(mask, patch.Extent, step.Radius);
                break;
            case MorphologyOperation.Closing:
                BinaryMorphology.Close(mask, patch.Extent, step.Radius);
                break;
            default:
                BinaryMorphology.Open(mask, patch.Extent, step.Radius);
                break;
        }
    }

    /// <summary>Clears a channel where another one has grown.</summary>
    private static void TakeAway(Span<float> channel, ReadOnlySpan<float> before, ReadOnlySpan<bool> after)
    {
        for (int i = 0; i < channel.Length; i++)
        {
            if (after[i] && before[i] == 0) channel[i] = 0;
        }
    }
}
