namespace NnUNet.Core.Models;

/// <summary>What makes probabilities of a network's logits.</summary>
public enum OutputActivation
{
    /// <summary>The outputs are classes, of which each voxel has one: their probabilities sum up to 1.</summary>
    Softmax,

    /// <summary>The outputs are regions, which may overlap: each has a probability of its own.</summary>
    Sigmoid,
}

/// <summary>What is averaged over mirrored images, overlapping tiles and folds.</summary>
public enum AveragedOutput
{
    /// <summary>Probabilities, as nnU-Net v1 does.</summary>
    Probabilities,

    /// <summary>Logits, as nnU-Net v2 does; probabilities are made of them after they are resampled.</summary>
    Logits,
}

/// <summary>What a network's outputs mean, and what is averaged over mirrored images, tiles and folds.</summary>
/// <param name="Activation">What makes probabilities of logits.</param>
/// <param name="Averaged">What is averaged.</param>
public sealed record OutputContract(OutputActivation Activation, AveragedOutput Averaged)
{
    /// <summary>As nnU-Net v1 does with classes.</summary>
    public static readonly OutputContract V1 = new(OutputActivation.Softmax, AveragedOutput.Probabilities);

    /// <summary>As nnU-Net v1 does with regions.</summary>
    public static readonly OutputContract V1Regions = V1 with { Activation = OutputActivation.Sigmoid };

    /// <summary>The value above which a voxel belongs to a region: a probability of one half, as a probability or as its logit.</summary>
    public float Threshold => Averaged == AveragedOutput.Logits ? 0 : 0.5f;
}
