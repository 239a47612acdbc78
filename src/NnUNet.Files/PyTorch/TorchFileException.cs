using NnUNet.Foundation;

namespace NnUNet.Files.PyTorch;

/// <summary>A PyTorch file that is cut off, damaged, or of a kind that is not read.</summary>
public sealed class TorchFileException(string where, string what, string remedy, Exception? inner = null)
    : DescribedException(where, what, remedy, inner);
