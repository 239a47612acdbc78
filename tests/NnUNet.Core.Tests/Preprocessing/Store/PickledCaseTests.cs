using System.Globalization;
using System.Text.Json;
using NnUNet.Core.Cropping;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Files.Numpy;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Preprocessing.Store;

/// <summary>Preprocessed cases as the Python original leaves them: npz and pickle.</summary>
public sealed class PickledCaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableTheory]
    [InlineData("case_00")]
    [InlineData("case_03")]
    public void Open_ACaseOfTheOriginal_GivesItsArraysLocationsAndProperties(string caseId)
    {
        // Given
        string golden = TestData.Golden("synthetic_preprocessing/Task101_SynCT");
        Write(golden, caseId);
        PreprocessedFolder folder = new(_folder.Root);
        IReadOnlyDictionary<string, NpyArray> expected = NpzFile.Read(Path.Combine(golden, $"pre_3d_{caseId}.npz"));

        // When
        using PreprocessedCaseFile file = folder.Open(caseId);
        PreprocessedCase read = file.Load();

        // Then
        Assert.Equal([caseId], folder.Cases);
        Assert.Equal(0, PreprocessedAssert.SameArrays(caseId, expected["data"], read));
        PreprocessedAssert.SameProperties(ProductJson.Read<CaseProperties>(Path.Combine(golden, $"pre_3d_{caseId}.json")), read.Properties);
        Assert.NotEmpty(file.ClassLocations);
        Assert.All(file.ClassLocations, l => Assert.Equal(expected["class_locations_" + l.Key.ToString(CultureInfo.InvariantCulture)].ToArray<int>(), l.Value));
        Assert.True(File.Exists(_folder[caseId + ".npy"]));
        Assert.Null(folder.PropertiesOf(caseId));
    }

    [SkippableFact]
    public void Open_WhereBothAreThere_GivesOurs()
    {
        // Given
        Write(TestData.Golden("synthetic_preprocessing/Task101_SynCT"), "case_00");
        PreprocessedCase theirs;
        using (PreprocessedCaseFile file = new PreprocessedFolder(_folder.Root).Open("case_00")) theirs = file.Load();

        // When
        PreprocessedFolder.Write(_folder.Root, "case_00", theirs with { Properties = theirs.Properties with { MadeFrom = "ours" } }, [1]);
        PreprocessedFolder folder = new(_folder.Root);
        using PreprocessedCaseFile opened = folder.Open("case_00");

        // Then
        Assert.Equal("ours", opened.Properties.MadeFrom);
        Assert.Equal([1], opened.ClassLocations.Keys);
        Assert.Equal(["case_00"], folder.Cases);
    }

    [Fact]
    public void Open_WithoutDrawnVoxels_IsRefused_WithTheCommand()
    {
        // Given
        PickleFile.Write(_folder["a.pkl"], new PickleDictionary { ["classes"] = new List<object?>() });

        // When
        PreprocessingException error = Assert.Throws<PreprocessingException>(() => PickledCase.Locations(_folder["a.pkl"], new Extent(2, 3, 4)));

        // Then
        Assert.Contains("class_locations", error.What, StringComparison.Ordinal);
        Assert.Contains("nnUNet_plan_and_preprocess", error.Remedy, StringComparison.Ordinal);
        Assert.Empty(new PreprocessedFolder(_folder.Root).Cases);
    }

    [Fact]
    public void Locations_OutsideOfTheCase_AreRefused()
    {
        // Given
        Write([0, 0, 0, 1, 2, 3]);
        IReadOnlyDictionary<int, int[]> inside = PickledCase.Locations(_folder["a.pkl"], new Extent(2, 3, 4));
        Write([0, 0, 0, 1, 3, 3]);

        // When
        PreprocessingException error = Assert.Throws<PreprocessingException>(() => PickledCase.Locations(_folder["a.pkl"], new Extent(2, 3, 4)));

        // Then
        Assert.Equal([0, 0, 0, 1, 2, 3], inside[1]);
        Assert.Contains("the coordinate 3 along axis 1", error.What, StringComparison.Ordinal);

        void Write(long[] places) =>
            PickleFile.Write(_folder["a.pkl"], new PickleDictionary { ["class_locations"] = new PickleDictionary { [1L] = PickleArray.From<long>(places, 2, 3) } });
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A case as the original writes it, from what it was recorded to hold.</summary>
    private void Write(string golden, string caseId)
    {
        IReadOnlyDictionary<string, NpyArray> arrays = NpzFile.Read(Path.Combine(golden, $"pre_3d_{caseId}.npz"));
        using JsonDocument recorded = JsonDocument.Parse(File.ReadAllText(Path.Combine(golden, $"pre_3d_{caseId}.json")));
        PickleDictionary properties = (PickleDictionary)PickleJson.FromElement(recorded.RootElement)!, locations = new();
        foreach ((string name, NpyArray array) in arrays.Where(static a => a.Key.StartsWith("class_locations_", StringComparison.Ordinal)))
        {
            long[] places = [.. array.ToArray<int>().Select(static n => (long)n)];
            locations[long.Parse(name.AsSpan("class_locations_".Length), CultureInfo.InvariantCulture)] = places.Length == 0 ? new List<object?>() : PickleArray.From<long>(places, places.Length / 3, 3);
        }

        properties["class_locations"] = locations;
        PickleFile.Write(_folder[caseId + ".pkl"], properties);
        NpyArray data = arrays["data"];
        NpzFile.Write(_folder[caseId + ".npz"], [NpzEntry.From<float>("data", data.ToArray<float>(), [.. data.Shape])]);
    }
}
