using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Pictures.Overlays;

/// <summary>Pictures of scored cases for a report.</summary>
public static class CasePictures
{
    private const int Height = 190;

    /// <summary>Draws a scored case as PNG: all planes through the middle of its foreground, the prediction in colour, the reference dashed.</summary>
    /// <param name="images">The folder of the images (CASE_0000.nii.gz or CASE.nii.gz); null draws the segmentations alone.</param>
    /// <returns>The pictures' maker; it gives null for a case whose files cannot be read.</returns>
    public static Func<CaseScores, byte[]?> From(string? images)
    {
        SortedDictionary<string, string> files = images is null ? [] : OverlaySources.Files(images);
        return scores => Draw(scores, files);
    }

    private static byte[]? Draw(CaseScores scores, SortedDictionary<string, string> images)
    {
        if (scores.Test is null || scores.Reference is null) return null;

        try
        {
            string? image = OverlaySources.ImageOf(scores.CaseId, 0, images);
            MemoryLimit.Check(scores.Test, OverlaySources.BytesOf(image, scores.Test, scores.Reference), "the picture");
            OverlayCase example = new()
            {
                CaseId = scores.CaseId,
                Image = image is not null ? ImageFile.ReadVolume(image) : null,
                Reference = ImageFile.ReadLabels(scores.Reference),
                Prediction = ImageFile.ReadLabels(scores.Test),
            };
            example.Check();
            return CaseThumbnail.AllPlanes(example, Height);
        }
        catch (DescribedException)
        {
            return null;
        }
    }
}
