using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Tests.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Fingerprints;

public sealed class FingerprintExtractorTests
{
    [SkippableTheory]
    [InlineData("Task101_SynCT")]
    [InlineData("Task102_SynMR2")]
    public void Extract_OnTheSyntheticTasks_IsTheOriginalsFingerprintExactly(string task)
    {
        // Given
        (DatasetDescription description, IReadOnlyList<CaseFiles> cases) = DatasetFolder.Open(TestData.Golden($"synthetic_preprocessing/{task}/raw"));
        JsonNode expected = ExpectedOf($"synthetic_preprocessing/{task}/dataset_properties.json");

        // When
        DatasetFingerprint fingerprint = FingerprintExtractor.Extract(description, cases);

        // Then
        AssertSame(expected, fingerprint);
    }

    [SkippableFact]
    public void Extract_OnTheHippocampus_IsTheOriginalsFingerprintExactly()
    {
        // Given
        using TemporaryFolder folder = new();
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = folder.Root }, static _ => null);
        string task = DecathlonConverter.Convert(TestData.Data("Task04_Hippocampus"), null, workspace);
        (DatasetDescription description, IReadOnlyList<CaseFiles> cases) = DatasetFolder.Open(workspace.RawTask(task));

        // When
        DatasetFingerprint fingerprint = FingerprintExtractor.Extract(description, cases);

        // Then
        AssertSame(ExpectedOf("hippocampus/dataset_properties.json"), fingerprint);
    }

    [Fact]
    public void Extract_ThroughAFile_StaysTheSame()
    {
        // Given
        using TinyTask task = new(cases: 3, channelName: "CT");
        (DatasetDescription description, IReadOnlyList<CaseFiles> cases) = DatasetFolder.Open(task.Folder);
        DatasetFingerprint fingerprint = FingerprintExtractor.Extract(description, cases);
        string path = Path.Combine(task.Folder, DatasetFingerprint.FileName);

        // When
        ProductJson.Write(path, fingerprint);

        // Then
        Assert.True(JsonNode.DeepEquals(ProductJson.ToNode(fingerprint), ProductJson.ToNode(ProductJson.Read<DatasetFingerprint>(path))));
    }

    [Fact]
    public void Extract_CasesThatCannotBeRead_AreAllReported()
    {
        // Given
        using TinyTask task = new(cases: 3);
        File.WriteAllText(task.Image("case_00", 0), "not an image");
        ImageFile.WriteVolume(task.Image("case_02", 0), new Volume<float>(new Extent(4, 5, 6)));
        (DatasetDescription description, IReadOnlyList<CaseFiles> cases) = DatasetFolder.Open(task.Folder);

        // When
        DatasetException error = Assert.Throws<DatasetException>(() => FingerprintExtractor.Extract(description, cases));

        // Then
        Assert.Equal([task.Image("case_00", 0), task.Image("case_02", 0)], error.Faults.Select(static f => f.Where));
        Assert.Equal("all voxels of the case are 0", error.Faults[1].What);
    }

    private static JsonNode ExpectedOf(string golden) => ProductJson.ToNode(ProductJson.Read<DatasetFingerprint>(TestData.Golden(golden)))!;

    private static void AssertSame(JsonNode expected, DatasetFingerprint actual)
    {
        expected["num_cases"] = actual.NumCases;
        Assert.Equal(expected.ToJsonString(), ProductJson.ToNode(actual)!.ToJsonString());
    }
}
