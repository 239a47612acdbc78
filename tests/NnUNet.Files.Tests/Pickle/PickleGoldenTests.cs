using System.IO.Compression;
using System.Text.Json.Nodes;
using NnUNet.Files.Pickle;
using NnUNet.Testing;

namespace NnUNet.Files.Tests.Pickle;

/// <summary>The pickles that the original wrote.</summary>
public sealed class PickleGoldenTests
{
    private const string Model = "3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1/";

    [SkippableTheory]
    [InlineData("hippocampus/dataset_properties.pkl", "hippocampus/dataset_properties.json")]
    [InlineData("hippocampus/nnUNetPlansv2.1_plans_3D.pkl", "hippocampus/nnUNetPlansv2.1_plans_3D.json")]
    [InlineData("hippocampus/nnUNetPlansv2.1_plans_2D.pkl", "hippocampus/nnUNetPlansv2.1_plans_2D.json")]
    [InlineData("hippocampus/splits_final.pkl", "hippocampus/splits_final.json")]
    [InlineData("selection/ensemble_predictions/modelA/case_a.pkl", "selection/ensemble_predictions/modelA/case_a.properties.json")]
    [InlineData("selection/ensemble_predictions/modelB/case_b.pkl", "selection/ensemble_predictions/modelB/case_b.properties.json")]
    public void Read_HasEverythingThatTheJsonBesideItHas(string pickle, string json)
    {
        // Given
        JsonNode? expected = Twin(json);

        // When
        JsonNode? actual = PickleJson.ToNode(PickleFile.Read(TestData.Golden(pickle)));

        // Then
        Assert.True(JsonNode.DeepEquals(expected, actual));
    }

    [SkippableFact]
    public void Read_EveryPickleOfTheRecordedResults()
    {
        // Given
        string[] files = Directory.GetFiles(TestData.Golden("selection"), "*.pkl", SearchOption.AllDirectories);

        // When
        object?[] read = [.. files.Select(static f => PickleFile.Read(f))];

        // Then
        Assert.Equal(59, files.Length);
        Assert.Equal(6, read.Count(static r => r is List<object?>)); // an ensemble keeps the properties of each of its models
        Assert.Equal(49, read.Count(static r => r is PickleDictionary d && d.ContainsKey("itk_spacing")));
        Assert.Equal(4, read.Count(static r => r is PickleDictionary d && d.ContainsKey("num_classes")));
    }

    [SkippableFact]
    public void Read_PicklesOfAModel_HaveThePlan()
    {
        // Given
        using ZipArchive zip = ZipFile.OpenRead(TestData.Golden("model/Task004_Hippocampus_3d_fullres.zip"));
        JsonNode? plan = Twin("hippocampus/nnUNetPlansv2.1_plans_3D.json");

        // When
        object? plans = Read(zip, "plans.pkl");
        PickleDictionary model = Assert.IsType<PickleDictionary>(Read(zip, "fold_0/model_final_checkpoint.model.pkl"));

        // Then
        Assert.True(JsonNode.DeepEquals(plan, PickleJson.ToNode(plans)));
        Assert.Equal(["init", "name", "class", "plans"], model.Keys);
        Assert.Equal("nnUNetTrainerV2", model["name"]);
        Assert.True(model.IsOrdered);
        Assert.Equal(9, Assert.IsType<PickleTuple>(model["init"]).Count);
        Assert.True(JsonNode.DeepEquals(plan!["plans_per_stage"], PickleJson.ToNode(Assert.IsType<PickleDictionary>(model["plans"])["plans_per_stage"])));
    }

    [SkippableFact]
    public void Read_CutOffAtEveryByte_FailsWithOneClearError()
    {
        // Given
        byte[] whole = File.ReadAllBytes(TestData.Golden("selection/ensemble_predictions/merged_AB/case_a.pkl"));

        // When
        Exception?[] errors = [.. Enumerable.Range(0, whole.Length).Select(n => Record.Exception(() => PickleFile.Read(new MemoryStream(whole, 0, n), "case_a.pkl")))];

        // Then
        Assert.All(errors, static e => Assert.Contains("cut off", Assert.IsType<PickleException>(e).Message, StringComparison.Ordinal));
    }

    /// <summary>The JSON with the folders of the machine on which it was recorded, which the pickles name.</summary>
    private static JsonNode? Twin(string json) => JsonNode.Parse(File.ReadAllText(TestData.Golden(json))
        .Replace("$nnUNet_raw_data_base", "/tmp/ref/run/raw", StringComparison.Ordinal)
        .Replace("$nnUNet_preprocessed", "/tmp/ref/run/pre", StringComparison.Ordinal));

    private static object? Read(ZipArchive zip, string entry)
    {
        using Stream stream = zip.GetEntry(Model + entry)!.Open();
        return PickleFile.Read(stream, entry);
    }
}
