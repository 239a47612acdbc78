using NnUNet.Core.Cropping;
using NnUNet.Imaging;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>A case that a network can work on: transposed, cropped, resampled and normalised.</summary>
/// <param name="Data">The channels (c, z, y, x), axes in the plan's transposed order.</param>
/// <param name="Segmentation">
/// The segmentation on the same grid, -1 outside the nonzero mask; where there is none, 0 inside and -1 outside. Null where it was not asked for.
/// </param>
/// <param name="Properties">How the case was made.</param>
public sealed record PreprocessedCase(MultiChannelArray<float> Data, short[]? Segmentation, CaseProperties Properties)
{
    /// <summary>The labels of the cascade's first stage on the same grid, z slowest; null where there is no such stage.</summary>
    public short[]? PreviousStage { get; init; }
}
