using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom.DataSets;
using NnUNet.Imaging.Formats.Dicom.Segmentations;
using NnUNet.Testing;
using NnUNet.Torch.Tests;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Workflows.Tests.Prediction;

/// <summary>DICOM files beside the segmentations of DICOM series.</summary>
public sealed class DicomResultTests : LeakCheckedTest
{
    [Fact]
    public void Run_OfASeries_WritesSegmentationAndStructureSetOfTheSameVoxels()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        WriteSeries(folder["in/a"], SmallModel.Image());

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { DicomSegmentation = true, StructureSet = true });

        // Then
        Assert.Empty(report.Failures);
        SourceSeries source = SourceSeries.Open(folder["in/a"]);
        short[] expected = ImageFile.ReadLabels(folder["out/a.nii.gz"]).Voxels;
        Volume<short> segments = SegmentationReader.Open(folder["out/dicom_seg/a.dcm"], DicomContent.WithPixels).ReadLabels();
        Assert.Equal(expected, LabelGrid.Place(segments, source.Header.Extent, source.Header.Geometry, "a").Voxels);
        Assert.Equal(expected, StructureSetReader.Open(folder["out/rtstruct/a.dcm"]).ReadLabels(source.Header.Extent, source.Header.Geometry, SegmentOverlap.Refuse, []).Voxels);
    }

    [Fact]
    public void Run_OfNifti_FailsInWords()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        ImageFile.WriteVolume(folder["in/a_0000.nii.gz"], SmallModel.Image());

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { DicomSegmentation = true });

        // Then
        Assert.Contains("belongs to a DICOM series, but the image is none", Assert.Single(report.Failures).Reason, StringComparison.Ordinal);
    }

    /// <summary>Writes an image slice by slice, in floating point.</summary>
    private static void WriteSeries(string folder, Volume<float> image)
    {
        Directory.CreateDirectory(folder);
        for (int z = 0; z < image.Extent.Z; z++)
        {
            byte[] pixels = new byte[image.Extent.SliceCount * sizeof(float)];
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(image.Slice(z)).CopyTo(pixels);
            DicomFile.Write(Path.Combine(folder, $"IM{z:00}"), new DicomDataSet()
                .AddText(DicomTag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.30")
                .AddText(DicomTag.SOPInstanceUID, $"1.2.3.{z + 1}")
                .AddText(DicomTag.StudyInstanceUID, "1.2")
                .AddText(DicomTag.SeriesInstanceUID, "1.2.3")
                .AddNumbers(DicomTag.ImagePositionPatient, 0, 0, z)
                .AddNumbers(DicomTag.ImageOrientationPatient, 1, 0, 0, 0, 1, 0)
                .AddNumbers(DicomTag.PixelSpacing, 1, 1)
                .AddNumbers(DicomTag.Rows, image.Extent.Y)
                .AddNumbers(DicomTag.Columns, image.Extent.X)
                .AddBytes(DicomTag.FloatPixelData, pixels));
        }
    }
}
