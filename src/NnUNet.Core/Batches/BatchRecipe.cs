using NnUNet.Core.Augmentation;

namespace NnUNet.Core.Batches;

/// <summary>All that decides what a batch holds, but its number.</summary>
internal sealed record BatchRecipe
{
    /// <summary>The run's seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Samples of a batch, those of all replicas together.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Those of the samples that are made here.</summary>
    /// <value>All.</value>
    public SampleShare Share
    {
        get => field == default ? SampleShare.Whole(BatchSize) : field;
        init;
    }

    /// <summary>Share of a batch, at its end, that holds foreground for certain.</summary>
    /// <value>0.33.</value>
    public double ForegroundShare { get; init; } = 0.33;

    /// <summary>The cases that samples are drawn from, uniformly and with replacement.</summary>
    public required IReadOnlyList<TrainingCase> Cases { get; init; }

    /// <summary>Patch sizes and whether the patch is a slice.</summary>
    public required AugmentationSettings Settings { get; init; }

    /// <summary>Whether the patch is one slice of the case (2D plans).</summary>
    public required bool Slices { get; init; }

    /// <summary>What is done to each sample.</summary>
    public required AugmentationPipeline Augmentation { get; init; }

    /// <summary>Foreground classes of the cascade's first stage, each a channel behind the image's.</summary>
    /// <value>0: the network sees the image alone.</value>
    public int PreviousStageClasses { get; init; }

    /// <summary>The largest label that a segmentation may have: the network's last output.</summary>
    /// <value>That of the numbers of labels: all may be.</value>
    public int LargestLabel { get; init; } = short.MaxValue;

    /// <summary>Channels of a sample: the image's and the previous stage's.</summary>
    public int Channels => Cases[0].Channels + PreviousStageClasses;
}
