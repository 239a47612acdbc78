using NnUNet.Foundation;

namespace NnUNet.Torch.Replicas.Ranks;

/// <summary>The replicas of a training cannot be joined, or have lost one another.</summary>
/// <inheritdoc cref="DescribedException(string, string, string, Exception?)"/>
public sealed class ReplicaException(string where, string what, string remedy, Exception? inner = null)
    : DescribedException(where, what, remedy, inner);
