using NnUNet.Files.Pickle;
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
        Assert.Equal([folder["fold_1/model_best.model.pkl"], folder["all/model_final_checkpoint.model.pkl"]], changed);
        Assert.All(changed, static f => Assert.Equal("B", ((PickleDictionary)PickleFile.Read(f)!)["name"]));
        Assert.Equal(["init", "name", "plans"], ((PickleDictionary)PickleFile.Read(changed[0])!).Keys);
        Assert.Equal("A", ((PickleDictionary)PickleFile.Read(folder["all/model_latest.model.pkl"])!)["name"]);
    }

    [Fact]
    public void Apply_ToAnotherFolder_IsRefused()
    {
        // Given
        using TemporaryFolder folder = new();

        // Then
        Assert.Contains("no fold has a model_best.model.pkl", Assert.Throws<DescribedException>(() => V1TrainerChange.Apply(folder.Root, "B")).What, StringComparison.Ordinal);
        Assert.Contains("no such folder", Assert.Throws<DescribedException>(() => V1TrainerChange.Apply(folder["x"], "B")).What, StringComparison.Ordinal);
    }

    private static PickleDictionary Record(string name) => new() { IsOrdered = true, ["init"] = PickleTuple.Create([1L]), ["name"] = name, ["plans"] = new PickleDictionary() };
}
