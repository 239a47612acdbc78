using NnUNet.Imaging;

namespace NnUNet.Pictures.Training;

/// <summary>One patch before and after a change, on one grid (z, y, x).</summary>
/// <param name="Title">The title above the panels.</param>
/// <param name="Words">What was done, below them.</param>
/// <param name="Before">The image before.</param>
/// <param name="BeforeLabels">Its segmentation.</param>
/// <param name="After">The image after.</param>
/// <param name="AfterLabels">Its segmentation.</param>
internal sealed record PatchPair(
    string Title, IReadOnlyList<string> Words, Volume<float> Before, Volume<short> BeforeLabels, Volume<float> After, Volume<short> AfterLabels)
{
    /// <summary>The labels of the cascade's first stage for the patch before, and for the patch after; null where there is no such stage.</summary>
    public (Volume<short> Before, Volume<short> After)? PreviousStage { get; init; }
}
