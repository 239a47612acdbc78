using NnUNet.Imaging;

namespace NnUNet.Pictures.Overlays;

/// <summary>One row of an <see cref="OverlayPicture"/>: volumes of one extent (z, y, x).</summary>
/// <param name="Title">The title above the row.</param>
/// <param name="Image">The image.</param>
/// <param name="Reference">The reference segmentation, where there is one.</param>
/// <param name="Prediction">The segmentation to look at.</param>
public sealed record OverlayRow(string Title, Volume<float> Image, Volume<short>? Reference, Volume<short> Prediction);
