using NnUNet.Foundation;

namespace NnUNet.Torch.Training;

/// <summary>How a training that was begun differs from the one that is asked for.</summary>
/// <param name="Asked">The options that were given otherwise then, such as "epochs 2, not 7".</param>
/// <param name="Decided">What plan or recipe decided otherwise then, such as "batch_size 2, now 9".</param>
internal sealed record TrainingDifferences(ValueArray<string> Asked, ValueArray<string> Decided);
