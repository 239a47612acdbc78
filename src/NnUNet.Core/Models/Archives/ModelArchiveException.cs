using NnUNet.Foundation;

namespace NnUNet.Core.Models.Archives;

/// <summary>A zip archive of models that is damaged or hostile, or whose models cannot be installed or collected.</summary>
public sealed class ModelArchiveException(string where, string what, string remedy, Exception? inner = null)
    : DescribedException(where, what, remedy, inner);
