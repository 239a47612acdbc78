using NnUNet.Core.Datasets.Conversions;
using NnUNet.Core.DicomResults;
using NnUNet.Files.Numpy;
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
    public void Run_WithFractions_WritesTheProbabilities_AsTheirFileHasThem()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        WriteSeries(folder["in/a"], SmallModel.Image());
        PredictRunOptions options = new() { DicomFractions = true, SaveProbabilities = true };

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], options);
        ConvertedSegmentation converted = Assert.Single(SegmentationConversion.Run(folder["out/a.nii.gz"], folder["b.seg.dcm"], new SegmentationConversionOptions { Fractional = true, Reference = folder["in/a"] }));

        // Then
        Assert.Empty(report.Failures);
        DicomDataSet written = DicomFile.Read(folder["out/dicom_seg_fractional/a.dcm"], DicomContent.WithPixels).Data;
        Half[] probabilities = NpzFile.Read(folder["out/a.npz"])["softmax"].ToArray<Half>();
        int voxels = (int)SmallModel.Image().Extent.Count, classes = probabilities.Length / voxels;
        Assert.Equal(classes - 1, converted.Labels.Count);
        Assert.Equal("FRACTIONAL", written.Text(DicomTag.SegmentationType));
        byte[] expected = [.. probabilities.Skip(voxels).Select(static p => (byte)Math.Round((float)p * 255))];
        byte[] frames = written.Bytes(DicomTag.PixelData);
        Assert.Equal(expected.Length, frames.Length);
        Assert.All(expected.Zip(frames), static p => Assert.InRange(Math.Abs(p.First - p.Second), 0, 1)); // the file has float16
        Assert.Equal(expected, DicomFile.Read(folder["b.seg.dcm"], DicomContent.WithPixels).Data.Bytes(DicomTag.PixelData));
    }

    [Fact]
    public void Run_OfAnArchive_IsThePredictionOfItsSeries()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        WriteSeries(folder["in/a"], SmallModel.Image());
        Directory.CreateDirectory(folder["zips"]);
        System.IO.Compression.ZipFile.CreateFromDirectory(folder["in/a"], folder["zips/a.zip"]);

        // When
        PredictRun.Run(model.Folder, folder["in"], folder["out"]);
        PredictReport ofFolder = PredictRun.Run(model.Folder, folder["zips"], folder["out_of_zips"], new PredictRunOptions { DicomSegmentation = true });
        PredictReport ofOne = PredictRun.Run(model.Folder, folder["zips/a.zip"], folder["out_of_one"]);

        // Then
        Assert.Empty(ofFolder.Failures);
        Assert.Empty(ofOne.Failures);
        short[] expected = ImageFile.ReadLabels(folder["out/a.nii.gz"]).Voxels;
        Assert.Equal(expected, ImageFile.ReadLabels(folder["out_of_zips/a.nii.gz"]).Voxels);
        Assert.Equal(expected, ImageFile.ReadLabels(folder["out_of_one/a.nii.gz"]).Voxels);
        Assert.True(File.Exists(folder["out_of_zips/dicom_seg/a.dcm"]));
    }

    [Fact]
    public void Run_WithSuv_IsThePredictionOfConvertedImages_AndAnotherOneThanWithout()
    {
        // Given: PET whose SUV is a hundredth of its Bq/ml
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        WriteSeries(folder["in/a"], SmallModel.Image(), static pet => pet
            .AddText(DicomTag.Modality, "PT")
            .AddText(DicomTag.Units, "BQML")
            .AddText(DicomTag.DecayCorrection, "ADMIN")
            .AddNumbers(DicomTag.PatientWeight, 10)
            .AddItems(DicomTag.RadiopharmaceuticalInformationSequence, static one => one.AddNumbers(DicomTag.RadionuclideTotalDose, 1e6)));
        ImageConversion.Run(folder["in/a"], folder["converted/a_0000.nii.gz"], new ImageConversionOptions { StandardUptake = true });
        PredictRunOptions options = new() { StandardUptake = true };

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], options);
        PredictRun.Run(model.Folder, folder["converted"], folder["expected"]);
        PredictReport again = PredictRun.Run(model.Folder, folder["in"], folder["out"], options);
        PredictReport without = PredictRun.Run(model.Folder, folder["in"], folder["out"]);

        // Then
        Assert.Empty(report.Failures);
        Assert.Equal(ImageFile.ReadVolume(folder["in/a"])[1, 2, 3] / 100, ImageFile.ReadVolume(folder["converted/a_0000.nii.gz"])[1, 2, 3], 1e-6f);
        Assert.Equal(ImageFile.ReadLabels(folder["expected/a.nii.gz"]).Voxels, ImageFile.ReadLabels(folder["out/a.nii.gz"]).Voxels);
        Assert.Equal(["a"], again.Skipped);
        Assert.Equal(["a"], without.Predicted);
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
    private static void WriteSeries(string folder, Volume<float> image, Action<DicomDataSet>? change = null)
    {
        Directory.CreateDirectory(folder);
        for (int z = 0; z < image.Extent.Z; z++)
        {
            byte[] pixels = new byte[image.Extent.SliceCount * sizeof(float)];
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(image.Slice(z)).CopyTo(pixels);
            DicomDataSet data = new DicomDataSet()
                .AddText(DicomTag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.30")
                .AddText(DicomTag.SOPInstanceUID, $"1.2.3.{z + 1}")
                .AddText(DicomTag.StudyInstanceUID, "1.2")
                .AddText(DicomTag.SeriesInstanceUID, "1.2.3")
                .AddNumbers(DicomTag.ImagePositionPatient, 0, 0, z)
                .AddNumbers(DicomTag.ImageOrientationPatient, 1, 0, 0, 0, 1, 0)
                .AddNumbers(DicomTag.PixelSpacing, 1, 1)
                .AddNumbers(DicomTag.Rows, image.Extent.Y)
                .AddNumbers(DicomTag.Columns, image.Extent.X)
                .AddBytes(DicomTag.FloatPixelData, pixels);
            change?.Invoke(data);
            DicomFile.Write(Path.Combine(folder, $"IM{z:00}"), data);
        }
    }
}
