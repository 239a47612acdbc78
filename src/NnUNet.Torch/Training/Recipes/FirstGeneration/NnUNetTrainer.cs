using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.FirstGeneration;

/// <summary>The first generation's default.</summary>
[CatalogName("nnUNetTrainer")]
public sealed class NnUNetTrainer : FirstGenerationTrainer;
