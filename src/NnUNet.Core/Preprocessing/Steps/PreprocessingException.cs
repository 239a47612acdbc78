using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>A case that cannot be preprocessed, or preprocessed data that do not fit what is asked of them.</summary>
public sealed class PreprocessingException(string where, string what, string remedy, Exception? inner = null)
    : DescribedException(where, what, remedy, inner);
