using System.IO.Compression;
using System.Text.Json;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Nifti;

/// <summary>What SimpleITK read from, and wrote into, the recorded files.</summary>
public sealed class ItkGoldenTests
{
    public static TheoryData<string, string> RecordedGeometries => new()
    {
        { "synthetic_preprocessing/Task101_SynCT/pre_3d_case_00.json", "synthetic_preprocessing/Task101_SynCT/raw/imagesTr/case_00_0000.nii.gz" },
        { "synthetic_preprocessing/Task101_SynCT/pre_3d_case_01.json", "synthetic_preprocessing/Task101_SynCT/raw/imagesTr/case_01_0000.nii.gz" },
        { "synthetic_preprocessing/Task101_SynCT/pre_3d_case_02.json", "synthetic_preprocessing/Task101_SynCT/raw/imagesTr/case_02_0000.nii.gz" },
        { "synthetic_preprocessing/Task101_SynCT/pre_3d_case_03.json", "synthetic_preprocessing/Task101_SynCT/raw/imagesTr/case_03_0000.nii.gz" },
        { "synthetic_preprocessing/Task101_SynCT/pre_3d_case_04.json", "synthetic_preprocessing/Task101_SynCT/raw/imagesTr/case_04_0000.nii.gz" },
        { "synthetic_preprocessing/Task101_SynCT/pre_3d_case_05.json", "synthetic_preprocessing/Task101_SynCT/raw/imagesTr/case_05_0000.nii.gz" },
        { "synthetic_preprocessing/Task102_SynMR2/pre_3d_case_00.json", "synthetic_preprocessing/Task102_SynMR2/raw/imagesTr/case_00_0001.nii.gz" },
        { "synthetic_preprocessing/Task102_SynMR2/pre_3d_case_01.json", "synthetic_preprocessing/Task102_SynMR2/raw/imagesTr/case_01_0001.nii.gz" },
        { "synthetic_preprocessing/Task102_SynMR2/pre_3d_case_02.json", "synthetic_preprocessing/Task102_SynMR2/raw/imagesTr/case_02_0001.nii.gz" },
        { "synthetic_preprocessing/Task102_SynMR2/pre_3d_case_03.json", "synthetic_preprocessing/Task102_SynMR2/raw/imagesTr/case_03_0001.nii.gz" },
        { "synthetic_preprocessing/Task102_SynMR2/pre_3d_case_04.json", "synthetic_preprocessing/Task102_SynMR2/raw/imagesTr/case_04_0001.nii.gz" },
        { "model/predictions/tta/hippocampus_098.properties.json", "model/predictions/inputs/hippocampus_098_0000.nii.gz" },
        { "model/predictions/tta/hippocampus_101.properties.json", "model/predictions/inputs/hippocampus_101_0000.nii.gz" },
    };

    public static TheoryData<string> FilesWrittenByItk =>
    [
        "model/predictions/tta/hippocampus_098.nii.gz",
        "model/predictions/tta/hippocampus_101.nii.gz",
        "model/predictions/notta/hippocampus_098.nii.gz",
        "evaluation/folder/prediction/case_0.nii.gz",
        "evaluation/folder/reference/case_2.nii.gz",
    ];

    [SkippableTheory]
    [MemberData(nameof(RecordedGeometries))]
    public void ReadHeader_GivesTheGeometryThatItkReported(string properties, string image)
    {
        // Given
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(TestData.Golden(properties)));
        JsonElement expected = golden.RootElement;

        // When
        ImageHeader header = ImageFile.ReadHeader(TestData.Golden(image));

        // Then: sizes and spacings exactly; the recording ITK took the directions from the qform where ITK 6 takes the sform,
        // and both are single-precision numbers of the same rotation
        Assert.Equal(Doubles(expected, "original_size_of_raw_data"), header.Extent.ToArray().Select(static n => (double)n));
        Assert.Equal(Doubles(expected, "original_spacing"), header.Geometry.Spacing.ToArray());
        Assert.Equal(Doubles(expected, "itk_origin"), header.Geometry.ItkOrigin);
        Assert.Equal(Doubles(expected, "itk_spacing"), header.Geometry.ItkSpacing);
        Golden.AssertClose("itk_direction", Doubles(expected, "itk_direction").AsSpan(), header.Geometry.ItkDirection.AsSpan(), 3e-7);
        Assert.Empty(header.Warnings);
    }

    [SkippableTheory]
    [MemberData(nameof(FilesWrittenByItk))]
    public void WriteLabels_OfALabelMapThatItkWrote_GivesItsBytes(string file)
    {
        // Given
        using TemporaryFolder temporary = new();
        string original = TestData.Golden(file), copy = temporary["copy.nii.gz"];

        // When
        ImageFile.WriteLabels(copy, ImageFile.ReadLabels(original));

        // Then
        Assert.Equal(Decompressed(original), Decompressed(copy));
    }

    private static ValueArray<double> Doubles(JsonElement properties, string key) =>
        properties.GetProperty(key).EnumerateArray().Select(static e => e.GetDouble()).ToValueArray();

    private static byte[] Decompressed(string path)
    {
        using GZipStream gzip = new(File.OpenRead(path), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }
}
