using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>The probabilities of some classes held against their voxels: of the batch as one image (K), or of each sample (K, B); of a single class without K.</summary>
/// <param name="Overlap">Sum of the probabilities of the class's own voxels.</param>
/// <param name="Probabilities">Sum of all its probabilities, or of what was asked for in their place.</param>
/// <param name="Count">Number of its voxels.</param>
/// <param name="Voxels">Voxels of the image, the same for all.</param>
internal readonly record struct ClassOverlap(Tensor Overlap, Tensor Probabilities, Tensor Count, long Voxels);
