using NnUNet.Core.Datasets.Repair;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Pictures.Overlays;

/// <summary>Pictures of cases that look odd, for the report of a repair.</summary>
public static class FindingPictures
{
    private const int SlicesPerAxis = 3;

    /// <summary>Draws a case as PNG: slices along each axis, the segmentation in colour; the image alone where it has none that lies on it.</summary>
    /// <returns>The picture; null where the files cannot be read.</returns>
    public static byte[]? Draw(FindingPicture finding)
    {
        try
        {
            MemoryLimit.Check(finding.Image, OverlaySources.BytesOf(finding.Image), "the picture");
            Volume<float> image = ImageFile.ReadVolume(finding.Image);
            return CaseSheet.Png(
                new OverlayCase
                {
                    CaseId = finding.Title,
                    Image = image,
                    Prediction = LabelsOn(image, finding.Label) ?? new Volume<short>(image.Extent, image.Geometry),
                    LabelNames = finding.LabelNames,
                },
                SlicesPerAxis,
                "labels");
        }
        catch (DescribedException)
        {
            return null;
        }
    }

    private static Volume<short>? LabelsOn(Volume<float> image, string? path)
    {
        try
        {
            return path is not null && ImageFile.ReadLabels(path) is { } labels && labels.Extent == image.Extent ? labels : null;
        }
        catch (DescribedException)
        {
            return null; // the image is worth a look without it
        }
    }
}
