using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Brings a segmentation that lies on another grid onto its image's, each voxel with the label of the nearest one, where both show the same place.</summary>
/// <remarks>A header that says nothing (spacing 1, origin 0, axes of the world) is no place: such a segmentation is left.</remarks>
[CatalogName(Name)]
internal sealed class ResampledLabelsMend : DatasetMend
{
    /// <summary>The share of the image that the segmentation must cover.</summary>
    public const double LeastCovered = 0.5;

    private const string Name = "resampling";

    /// <inheritdoc/>
    public override int Order => 60;

    /// <inheritdoc/>
    public override void Mend(CaseWork work)
    {
        ImageWork image = work.Channels[0];
        if (work.Label is not { } label || GeometryComparison.Difference(label.Values.Extent, label.Values.Geometry, image.Header.Extent, image.Geometry) is not { } difference) return;
        if (IsBlank(label.Values.Geometry))
        {
            work.GridRemedy = label.Values.Extent == image.Header.Extent
                ? "its header says nothing of a place (spacing 1, origin 0); where it lies on its image voxel by voxel, --trust-size copies the image's"
                : "its header says nothing of a place (spacing 1, origin 0); export it again from the program that made it";
            return;
        }

        if (label.Values.Geometry.Dimensions != image.Geometry.Dimensions) return;

        Volume<float> source = label.Values;
        (Volume<float> resampled, long covered) = WorldResampler.Nearest(source, image.Header.Extent, image.Geometry);
        double share = (double)covered / resampled.Extent.Count;
        if (share < LeastCovered || (source.Voxels.AsSpan().ContainsAnyExcept(0f) && !resampled.Voxels.AsSpan().ContainsAnyExcept(0f)))
        {
            work.GridRemedy = string.Create(CultureInfo.InvariantCulture, $"it covers {share:0%} of its image, too little to be resampled; correct one of the headers");
            return;
        }

        label.Change(resampled);
        string rest = share < 1 ? string.Create(CultureInfo.InvariantCulture, $"; {1 - share:0.#%} of the image lies outside of it, and is background") : "";
        work.Mended.Add(new RepairNote(Name, label.Name, $"resampled onto {image.Name}: {difference}{rest}"));
    }

    private static bool IsBlank(ImageGeometry geometry) =>
        geometry.ItkSpacing == ImageGeometry.Identity.ItkSpacing && geometry.ItkOrigin.All(static o => o == 0) && Math.Abs(geometry.ItkDirection[0]) == 1 && Math.Abs(geometry.ItkDirection[4]) == 1 && Math.Abs(geometry.ItkDirection[8]) == 1;
}
