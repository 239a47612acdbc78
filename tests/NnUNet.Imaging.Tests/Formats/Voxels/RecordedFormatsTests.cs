using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Voxels;

/// <summary>One volume in the encodings of the format and as ITK stored it: whatever the file, the voxels are those of the NIfTI file beside it.</summary>
public sealed class RecordedFormatsTests
{
    private const string Reference = "formats/itk_axial.nii.gz";

    public static TheoryData<string> Axial => ["itk_axial.nrrd", "itk_axial.mha", "itk_axial.mhd"];

    public static TheoryData<string> Oblique => ["raw.nrrd", "gz.nrrd", "ascii.nrrd", "hex.nrrd", "big.nrrd", "det.nhdr", "detgz.nhdr"];

    [SkippableTheory]
    [MemberData(nameof(Axial))]
    public void Read_AFileThatItkWrote_GivesTheVoxelsAndTheGeometryOfItsNifti(string file)
    {
        // Given: ITK's numbers, which NIfTI holds in single precision
        Volume<float> expected = ImageFile.ReadVolume(TestData.Data(Reference));

        // When
        ImageHeader header = ImageFile.ReadHeader(TestData.Data("formats/" + file));
        Volume<float> read = ImageFile.ReadVolume(TestData.Data("formats/" + file));

        // Then
        Assert.Equal(expected.Voxels, read.Voxels);
        Assert.Equal(expected.Extent, read.Extent);
        Assert.Equal([0.7, 0.8, 2.5], read.Geometry.ItkSpacing);
        Assert.Equal([-30, -40, 100], read.Geometry.ItkOrigin);
        Assert.Equal([1, 0, 0, 0, 1, 0, 0, 0, 1], read.Geometry.ItkDirection);
        Assert.Equal("int16", header.DataType);
        Assert.Empty(header.Warnings);
        Assert.All(expected.Geometry.ItkSpacing.Zip(read.Geometry.ItkSpacing), static s => Assert.Equal(s.First, s.Second, 1e-6));
    }

    [SkippableTheory]
    [MemberData(nameof(Oblique))]
    public void Read_AnyEncodingOfAnObliqueVolume_GivesTheSameVoxelsAndGeometry(string file)
    {
        // Given
        Volume<float> expected = ImageFile.ReadVolume(TestData.Data(Reference));

        // When
        Volume<float> read = ImageFile.ReadVolume(TestData.Data("formats/" + file));

        // Then
        Assert.Equal(expected.Voxels, read.Voxels);
        Assert.All(((double[])[0.7, 0.8, 2.5]).Zip(read.Geometry.ItkSpacing), static s => Assert.Equal(s.First, s.Second, 1e-8)); // the file's own numbers are rounded so
        Assert.Equal([-30, -40, 100], read.Geometry.ItkOrigin);
        Assert.Equal(0.6577848355340391 / 0.7, read.Geometry.ItkDirection[0], 8);
        Assert.Equal(-0.2571150410467426 / 0.8, read.Geometry.ItkDirection[1], 8);
        Assert.Equal(2.3492315589744228 / 2.5, read.Geometry.ItkDirection[8], 8);
    }

    [SkippableFact]
    public void Read_Bzip2_IsRefusedWithWhatToDo()
    {
        string path = TestData.Data("formats/bz2.nrrd");

        Foundation.FileFormatException e = Assert.Throws<Foundation.FileFormatException>(() => ImageFile.ReadHeader(path));

        Assert.Contains("bzip2", e.What, StringComparison.Ordinal);
        Assert.Contains("gzip", e.Remedy, StringComparison.Ordinal);
    }
}
