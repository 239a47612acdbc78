using NnUNet.Imaging;

namespace NnUNet.Core.Cropping;

/// <summary>A case cropped to its nonzero region, in the image's own axis order (z, y, x). Not to be changed: its arrays may be the caller's.</summary>
/// <param name="Extent">Voxel counts (z, y, x) after cropping.</param>
/// <param name="Channels">The voxels of each channel, all finite.</param>
/// <param name="Segmentation">The segmentation; -1 outside the nonzero mask where it is background.</param>
/// <param name="Properties">All that is known up to here.</param>
internal sealed record CroppedCase(Extent Extent, float[][] Channels, short[] Segmentation, CaseProperties Properties)
{
    /// <summary>Bytes that the arrays take.</summary>
    public long Bytes => Extent.Count * ((sizeof(float) * Channels.Length) + sizeof(short));
}
