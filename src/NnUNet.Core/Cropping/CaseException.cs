using NnUNet.Foundation;

namespace NnUNet.Core.Cropping;

/// <summary>A case whose files do not fit each other, or whose image is empty.</summary>
public sealed class CaseException(string where, string what, string remedy) : DescribedException(where, what, remedy);
