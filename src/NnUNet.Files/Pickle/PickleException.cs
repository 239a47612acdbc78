using NnUNet.Foundation;

namespace NnUNet.Files.Pickle;

/// <summary>A pickle that is cut off, damaged, too large, or asks for something that is not plain data.</summary>
public sealed class PickleException(string where, string what, string remedy, Exception? inner = null)
    : DescribedException(where, what, remedy, inner);
