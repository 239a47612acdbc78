using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Testing;
using Xunit.Abstractions;

namespace NnUNet.Core.Tests.Preprocessing;

/// <summary>Every recorded array of the original: largest difference 1e-4 of the largest value; labels, locations and properties exactly.</summary>
public sealed class GoldenPreprocessingTests(ITestOutputHelper output)
{
    public static TheoryData<string, string, string> SyntheticCases()
    {
        TheoryData<string, string, string> cases = [];
        foreach (string dimensions in new[] { "2d", "3d" })
        {
            for (int i = 0; i < 6; i++) cases.Add("Task101_SynCT", dimensions, $"case_{i:00}");
            for (int i = 0; i < 5; i++) cases.Add("Task102_SynMR2", dimensions, $"case_{i:00}");
        }

        return cases;
    }

    [SkippableTheory]
    [MemberData(nameof(SyntheticCases))]
    public void Run_OnASyntheticCase_IsTheOriginalsArray(string task, string dimensions, string caseId)
    {
        // Given
        string folder = TestData.Golden($"synthetic_preprocessing/{task}");
        Plan plan = ProductJson.Read<Plan>(Path.Combine(folder, $"plans_{dimensions.ToUpperInvariant()}.json"));
        CaseFiles files = DatasetFolder.Open(Path.Combine(folder, "raw")).Cases.Single(c => c.CaseId == caseId);
        IReadOnlyDictionary<string, NpyArray> expected = NpzFile.Read(Path.Combine(folder, $"pre_{dimensions}_{caseId}.npz"));
        CaseProperties properties = ProductJson.Read<CaseProperties>(Path.Combine(folder, $"pre_{dimensions}_{caseId}.json"));

        // When
        PreprocessedCase actual = Catalog<CasePreprocessor>.Create(plan.PreprocessorName).Run(CaseReader.ReadCropped(files, declared: null), plan, stage: 0);

        // Then
        double largest = PreprocessedAssert.SameArrays(caseId, expected["data"], actual);
        int locations = PreprocessedAssert.SameLocations(expected, actual, plan);
        PreprocessedAssert.SameProperties(properties, actual.Properties);
        output.WriteLine($"{task} {dimensions} {caseId}: {expected["data"].Count} voxels, largest difference {largest:R} of the largest value, {locations} locations");
    }

    [SkippableTheory]
    [InlineData("hippocampus_001")]
    [InlineData("hippocampus_014")]
    public void Run_OnAHippocampusCase_IsTheOriginalsArray(string caseId)
    {
        // Given
        Plan plan = ProductJson.Read<Plan>(TestData.Golden("hippocampus/nnUNetPlansv2.1_plans_3D.json"));
        IReadOnlyDictionary<string, NpyArray> expected = NpzFile.Read(TestData.Golden($"hippocampus/preprocessed_3d_{caseId}.npz"));

        // When
        PreprocessedCase actual = new GenericPreprocessor().Run(CaseReader.ReadCropped(PreprocessedAssert.Hippocampus(caseId), declared: null), plan, stage: 0);

        // Then
        double largest = PreprocessedAssert.SameArrays(caseId, expected["data"], actual);
        int locations = PreprocessedAssert.SameLocations(expected, actual, plan);
        output.WriteLine($"{caseId}: {expected["data"].Count} voxels, largest difference {largest:R} of the largest value, {locations} locations");
    }

    [SkippableTheory]
    [InlineData("3d")]
    [InlineData("2d")]
    public void Run_OnEveryHippocampusCase_HasTheOriginalsStatistics(string dimensions)
    {
        // Given
        Plan plan = ProductJson.Read<Plan>(TestData.Golden($"hippocampus/nnUNetPlansv2.1_plans_{dimensions.ToUpperInvariant()}.json"));
        IReadOnlyDictionary<string, CaseStatistics> expected = CaseStatistics.Read(TestData.Golden("hippocampus/preprocessed_stats.json"), dimensions);
        CasePreprocessor preprocessor = Catalog<CasePreprocessor>.Create(plan.PreprocessorName);

        // When
        Dictionary<string, CaseStatistics> actual = expected.Keys.ToDictionary(
            static id => id,
            id => CaseStatistics.Of(preprocessor.Run(CaseReader.ReadCropped(PreprocessedAssert.Hippocampus(id), declared: null), plan, stage: 0), plan));

        // Then
        Assert.Equal(60, expected.Count);
        double largest = CaseStatistics.AssertClose(expected, actual, tolerance: 1e-4);
        output.WriteLine($"hippocampus {dimensions}: {expected.Count} cases, largest difference {largest:R}");
    }
}
