using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>The rate falls to a fifth each time the training loss has stopped falling, and the training ends when it falls no more.</summary>
[CatalogName("nnUNetTrainerV2_SGD_ReduceOnPlateau")]
public sealed class NnUNetTrainerV2SgdPlateau : PlateauTrainer;
