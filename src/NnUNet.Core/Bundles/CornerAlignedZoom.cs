using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Bundles;

/// <summary>The centres of the corner voxels stay where they are, as TotalSegmentator resamples (<see cref="CornerZoom"/>).</summary>
/// <remarks>Source: TotalSegmentator 2.18, totalsegmentator/resampling.py, resample_img.</remarks>
[CatalogName("corner_aligned_zoom")]
internal sealed class CornerAlignedZoom : GridResampler
{
    /// <inheritdoc/>
    public override long CountAfter(int count, double zoom) => CornerZoom.CountAfter(count, zoom);

    /// <inheritdoc/>
    public override float[] Image(Volume<float> image, Extent to, int order, bool truncate, CancellationToken cancel) => CornerZoom.Resample(image, to, order, truncate, cancel);

    /// <inheritdoc/>
    public override short[] Labels(Volume<short> labels, Extent to, CancellationToken cancel) => CornerZoom.Resample(labels, to, cancel);
}
