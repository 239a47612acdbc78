using NnUNet.Foundation;

namespace NnUNet.Torch.Inference;

/// <summary>Networks that say something that is no number.</summary>
/// <param name="where">The network.</param>
/// <param name="what">What is wrong.</param>
/// <param name="remedy">What to do.</param>
/// <param name="network">The number of the network whose weights are the cause; null where weights are not.</param>
internal sealed class NonFiniteOutputException(string where, string what, string remedy, int? network) : DescribedException(where, what, remedy)
{
    /// <summary>The number of the network whose weights are the cause; null where weights are not.</summary>
    public int? Network { get; } = network;
}
