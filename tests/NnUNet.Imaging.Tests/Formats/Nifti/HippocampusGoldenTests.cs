using System.Text.Json;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Nifti;

public sealed class HippocampusGoldenTests
{
    public static TheoryData<string> Folders => ["imagesTr", "labelsTr", "imagesTs", "labelsTs"];

    [SkippableFact]
    public void Read_EveryCaseWithAGoldenGeometry_GivesItsSizeOriginSpacingAndDirection()
    {
        // Given
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(TestData.Golden("hippocampus/preprocessed_stats.json")));
        string folder = TestData.Data("Task04_Hippocampus/imagesTr");
        List<(string Id, JsonElement Properties)> cases =
        [
            .. golden.RootElement.GetProperty("3d").EnumerateObject()
                .Where(static c => c.Value.TryGetProperty("properties", out _))
                .Select(static c => (c.Name, c.Value.GetProperty("properties"))),
        ];

        Assert.NotEmpty(cases);
        Assert.All(cases, c =>
        {
            // When
            ImageHeader header = ImageFile.ReadHeader(Path.Combine(folder, c.Id + ".nii.gz"));

            // Then
            Assert.Equal(Doubles(c.Properties, "original_size_of_raw_data"), header.Extent.ToArray().Select(static n => (double)n));
            Assert.Equal(Doubles(c.Properties, "original_spacing"), header.Geometry.Spacing.ToArray());
            Assert.Equal(Doubles(c.Properties, "itk_origin"), header.Geometry.ItkOrigin);
            Assert.Equal(Doubles(c.Properties, "itk_spacing"), header.Geometry.ItkSpacing);
            Assert.Equal(Doubles(c.Properties, "itk_direction"), header.Geometry.ItkDirection);
            Assert.Empty(header.Warnings);
        });
    }

    [SkippableFact]
    public void ReadHeader_AllSixtyTrainingImages_GiveTheRecordedSizesAndSpacings()
    {
        // Given: nothing was cropped from these images, and the cases are in the order of their names
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(TestData.Golden("hippocampus/dataset_properties.json")));
        JsonElement expected = golden.RootElement;
        string[] files = [.. Directory.GetFiles(TestData.Data("Task04_Hippocampus/imagesTr"), "*.nii.gz").Order(StringComparer.Ordinal)];

        // When
        ImageHeader[] headers = [.. files.Select(ImageFile.ReadHeader)];

        // Then
        Assert.Equal(60, headers.Length);
        Assert.Equal(expected.GetProperty("all_sizes").EnumerateArray().Select(Values), headers.Select(static h => h.Extent.ToArray().Select(static n => (double)n).ToArray()));
        Assert.Equal(expected.GetProperty("all_spacings").EnumerateArray().Select(Values), headers.Select(static h => h.Geometry.Spacing.ToArray()));
    }

    [SkippableTheory]
    [MemberData(nameof(Folders))]
    public void WriteVolume_ThenReadVolume_EveryPublicImage_GivesTheSameVoxelsAndGeometry(string folder)
    {
        // Given
        using TemporaryFolder temporary = new();
        string copy = temporary["copy.nii.gz"];

        Assert.All(Directory.GetFiles(TestData.Data("Task04_Hippocampus/" + folder), "*.nii.gz"), path =>
        {
            // When
            Volume<float> volume = ImageFile.ReadVolume(path);
            ImageFile.WriteVolume(copy, volume);
            Volume<float> back = ImageFile.ReadVolume(copy);

            // Then
            Assert.Equal(volume.Extent, back.Extent);
            Assert.Equal(volume.Geometry, back.Geometry);
            Assert.Equal(volume.Voxels, back.Voxels);
        });
    }

    [SkippableFact]
    public void ReadLabels_EveryPublicLabelMap_GivesOnlyTheThreeLabels()
    {
        // Given
        string[] files = Directory.GetFiles(TestData.Data("Task04_Hippocampus/labelsTr"), "*.nii.gz");

        // When
        short[][] found = [.. files.Select(static f => ImageFile.ReadLabels(f).Voxels.Distinct().Order().ToArray())];

        // Then
        Assert.Equal(60, found.Length);
        Assert.All(found, static labels => Assert.Equal([0, 1, 2], labels));
    }

    private static double[] Values(JsonElement array) => [.. array.EnumerateArray().Select(static e => e.GetDouble())];

    private static ValueArray<double> Doubles(JsonElement properties, string key) =>
        properties.GetProperty(key).EnumerateArray().Select(static e => e.GetDouble()).ToValueArray();
}
