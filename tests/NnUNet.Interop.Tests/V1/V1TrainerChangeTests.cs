using NnUNet.Files.Pickle;
using NnUNet.Files.Safetensors;
using NnUNet.Foundation;
using NnUNet.Interop.V1;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests.V1;

public sealed class V1TrainerChangeTests
{
    [Fact]
    public void Apply_ChangesTheNameInEveryFold_AndNothingElse()
    {
        // Given
        using TemporaryFolder folder = new();
        PickleFile.Write(folder["fold_1/model_best.model.pkl"], Record("A"));
        PickleFile.Write(folder["all/model_final_checkpoint.model.pkl"], Record("A"));
        PickleFile.Write(folder["all/model_latest.model.pkl"], Record("A"));

        // When
        IReadOnlyList<string> changed = V1TrainerChange.Apply(folder.Root, "B");

        // Then
        Assert.Equal(
            [folder["fold_1/model_best.model.pkl"], folder["all/model_final_checkpoint.model.pkl"], folder["all/model_latest.model.pkl"]], changed);
        Assert.All(changed, static f => Assert.Equal("B", ((PickleDictionary)PickleFile.Read(f)!)["name"]));
        Assert.Equal(["init", "name", "plans"], ((PickleDictionary)PickleFile.Read(changed[0])!).Keys);
    }

    [Fact]
    public void Apply_ToOneOfOurs_ChangesItsRecord_AndNoNumber()
    {
        // Given
        using TemporaryFolder folder = new();
        string path = folder["fold_0/model_best.safetensors"];
        const string Record = """{"settings":{"trainer":"A","epochs":7},"state":{"epoch":3}}""";
        SafetensorsFile.Write(path, [SafetensorsItem.From<float>("a", new float[] { 1, 2 }, 2), SafetensorsItem.From<float>("momentum/a", new float[] { 3, 4 }, 2)], new Dictionary<string, string> { ["format"] = "x", ["record"] = Record });
        File.WriteAllText(folder["fold_0/model_best.json"], Record);

        // When
        IReadOnlyList<string> changed = V1TrainerChange.Apply(folder.Root, "B");

        // Then
        Assert.Equal([path], changed);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal(Record.Replace("\"A\"", "\"B\"", StringComparison.Ordinal), file.Metadata["record"]);
        Assert.Equal("x", file.Metadata["format"]);
        Assert.Equal([1f, 2], file.ReadFloat32("a"));
        Assert.Equal([3f, 4], file.ReadFloat32("momentum/a"));
        Assert.Contains("\"trainer\": \"B\"", File.ReadAllText(folder["fold_0/model_best.json"]), StringComparison.Ordinal);
        Assert.Equal(["model_best.json", "model_best.safetensors"], Directory.GetFiles(folder["fold_0"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Apply_WhereOneFileNamesNoTrainer_ChangesNone()
    {
        // Given
        using TemporaryFolder folder = new();
        PickleFile.Write(folder["fold_0/model_best.model.pkl"], Record("A"));
        SafetensorsFile.Write(folder["fold_1/model_best.safetensors"], [SafetensorsItem.From<float>("a", new float[] { 1 }, 1)]);

        // When
        DescribedException error = Assert.Throws<DescribedException>(() => V1TrainerChange.Apply(folder.Root, "B"));

        // Then
        Assert.Equal("it names no trainer", error.What);
        Assert.Equal("A", ((PickleDictionary)PickleFile.Read(folder["fold_0/model_best.model.pkl"])!)["name"]);
    }

    [Fact]
    public void Apply_ToAnotherFolder_IsRefused()
    {
        // Given
        using TemporaryFolder folder = new();

        // Then
        Assert.Contains("no fold has a model_best", Assert.Throws<DescribedException>(() => V1TrainerChange.Apply(folder.Root, "B")).What, StringComparison.Ordinal);
        Assert.Contains("no such folder", Assert.Throws<DescribedException>(() => V1TrainerChange.Apply(folder["x"], "B")).What, StringComparison.Ordinal);
    }

    private static PickleDictionary Record(string name) => new() { IsOrdered = true, ["init"] = PickleTuple.Create([1L]), ["name"] = name, ["plans"] = new PickleDictionary() };
}
