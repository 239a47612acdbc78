using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>The preprocessor of the 3D plans: cubic splines, a coarse axis by itself with the nearest neighbour.</summary>
[CatalogName("GenericPreprocessor")]
public sealed class GenericPreprocessor : CasePreprocessor;
