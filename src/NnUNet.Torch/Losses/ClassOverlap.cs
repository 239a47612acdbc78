using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>One class's probabilities held against its voxels.</summary>
/// <param name="Probabilities">(B, …).</param>
/// <param name="Overlap">Sum of the probabilities of its voxels, (B) or, with batch Dice, one number.</param>
/// <param name="Count">Number of its voxels, as <paramref name="Overlap"/>.</param>
/// <param name="Axes">The axes that are summed over.</param>
internal readonly record struct ClassOverlap(Tensor Probabilities, Tensor Overlap, Tensor Count, long[] Axes);
