using NnUNet.Foundation;

namespace NnUNet.Torch.Training;

/// <summary>A fold that another process trains.</summary>
public sealed class FoldInUseException(string foldPath, string owner)
    : DescribedException(foldPath, $"this fold is being trained by {owner}", "wait until that has ended, or end it, and repeat the command")
{
    /// <summary>Who trains it, such as <c>process 4711 on ward3</c>.</summary>
    public string Owner { get; } = owner;
}
