using NnUNet.Files.Numpy;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Dicom;

/// <summary>Series that pydicom wrote, with the stored values beside them; places as ITK tells them.</summary>
public sealed class DicomGoldenTests
{
    [SkippableTheory]
    [InlineData("axial", 2, -1024, 0)]
    [InlineData("implicit", 2, -1024, 0)]
    [InlineData("sagittal", 2, -1024, 0)]
    [InlineData("signed", 1, 0, -500)]
    public void Read_Series_HasItsVoxelsInTheOrderOfPositions(string name, double slope, double intercept, double shift)
    {
        // Given
        float[] stored = NpyFile.Read(TestData.Data($"dicom/{name}.npy")).ToArray<float>();

        // When
        Volume<float> volume = ImageFile.ReadVolume(TestData.Data("dicom/" + name));

        // Then
        Assert.Equal(new Extent(12, 20, 24), volume.Extent);
        float[] expected = [.. stored.Select(v => (float)(((v + shift) * slope) + intercept))];
        Golden.AssertClose(name, expected, volume.Voxels, 0);
    }

    [SkippableFact]
    public void Read_Axial_LiesWhereItkSees()
    {
        ImageGeometry geometry = ImageFile.ReadHeader(TestData.Data("dicom/axial")).Geometry;

        Golden.AssertClose("spacing", [0.7, 0.8, 2.5], [.. geometry.ItkSpacing], 1e-9);
        Golden.AssertClose("origin", [-30.0, -40, 100], [.. geometry.ItkOrigin], 1e-9);
        Golden.AssertClose("direction", [1.0, 0, 0, 0, 1, 0, 0, 0, 1], [.. geometry.ItkDirection], 1e-9);
    }

    [SkippableFact]
    public void Read_Sagittal_LiesWhereItkSees()
    {
        // Rows run to posterior, columns down; the normal is their product, to the right of the patient.
        ImageGeometry geometry = ImageFile.ReadHeader(TestData.Data("dicom/sagittal")).Geometry;

        Golden.AssertClose("spacing", [0.7, 0.8, 2.5], [.. geometry.ItkSpacing], 1e-9);
        Golden.AssertClose("direction", [0.0, 0, -1, 1, 0, 0, 0, -1, 0], [.. geometry.ItkDirection], 1e-9);
        Golden.AssertClose("origin", [-30.0, -40, 100], [.. geometry.ItkOrigin], 1e-9);
    }

    [SkippableTheory]
    [InlineData("dicom/enh")]
    [InlineData("dicom/enh/enh.dcm")]
    public void Read_EnhancedFile_IsTheSameVolumeAsTheSeriesItWasMadeOf(string path)
    {
        // When
        Volume<float> enhanced = ImageFile.ReadVolume(TestData.Data(path)), series = ImageFile.ReadVolume(TestData.Data("dicom/axial"));

        // Then
        Assert.Equal(series.Voxels, enhanced.Voxels);
        Assert.Equal(series.Geometry, enhanced.Geometry);
    }

    [SkippableTheory]
    [InlineData("bigendian")]
    [InlineData("deflated")]
    [InlineData("jpegll")]
    [InlineData("jpegll_sv1")]
    [InlineData("rle")]
    public void Read_EveryTransferSyntax_GivesTheSlicesVoxels(string name)
    {
        // Given
        float[] stored = NpyFile.Read(TestData.Data("dicom/axial.npy")).ToArray<float>();

        // When
        Volume<float> slice = ImageFile.ReadVolume(TestData.Data($"dicom/transfer_syntaxes/{name}.dcm"));

        // Then
        int z = (int)Math.Round((slice.Geometry.ItkOrigin[2] - 100) / 2.5);
        Golden.AssertClose(name, [.. stored.AsSpan(z * 480, 480).ToArray().Select(static v => (2 * v) - 1024)], slice.Voxels, 0);
    }

    [SkippableTheory]
    [InlineData("j2k", "JPEG 2000 Lossless")]
    [InlineData("jpegls", "JPEG-LS Lossless")]
    public void Read_WhatIsNotDecoded_IsNamedWithWhatToDo(string name, string called)
    {
        Foundation.FileFormatException e = Assert.Throws<Foundation.FileFormatException>(() => ImageFile.ReadHeader(TestData.Data($"dicom/transfer_syntaxes/{name}.dcm")));

        Assert.Equal($"the pixels are compressed by {called}, which is not read", e.What);
        Assert.Contains("gdcmconv --raw IN.dcm OUT.dcm", e.Remedy, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Read_Gap_IsRefusedWithItsPlace()
    {
        Foundation.FileFormatException e = Assert.Throws<Foundation.FileFormatException>(() => ImageFile.ReadHeader(TestData.Data("dicom/gap")));

        Assert.Matches(@"^slices are missing: f\d{3}\.dcm \(at -30\\-40\\112\.5\) and f\d{3}\.dcm \(at -30\\-40\\117\.5\) are 5 mm apart, the others 2\.5 mm$", e.What);
    }

    [SkippableFact]
    public void Read_WhatIsNoImage_IsRefused()
    {
        Foundation.FileFormatException e = Assert.Throws<Foundation.FileFormatException>(() => ImageFile.ReadHeader(TestData.Data("dicom/myrt.dcm")));

        Assert.Equal("there is no image among the DICOM files (RTSTRUCT)", e.What);
    }

    [SkippableFact]
    public void ASegmentation_IsALabelMapUnderAnyName()
    {
        string path = TestData.Data("dicom/myseg_axial.dcm");

        Volume<short> labels = ImageFile.ReadLabels(path);

        Assert.Equal(ImageFile.ReadHeader(path).Extent, labels.Extent);
        Assert.Contains((short)1, labels.Voxels);
    }
}
