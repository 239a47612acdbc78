using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Results;

public sealed class ResultLabelNamesTests
{
    [Fact]
    public void Names_AreThoseOfTheReferences_ElseOfTheModelThatMadeTheResults()
    {
        // Given
        using TemporaryFolder folder = new();
        foreach ((string place, string name) in (ReadOnlySpan<(string, string)>)[("task", "liver"), ("model", "hepar")])
        {
            Directory.CreateDirectory(folder[$"{place}/fold_0"]);
            File.WriteAllText(folder[$"{place}/dataset.json"], $$"""{ "modality": { "0": "CT" }, "labels": { "0": "background", "1": "{{name}}" }, "training": [] }""");
        }

        File.WriteAllText(folder["model/fold_0/model.json"], "{}");
        ResultRecords records = new(folder["results"]);
        File.WriteAllText(folder["image"], "image");
        records.Begin("case", new ResultOrigin
        {
            MadeBy = "nnUNet_predict",
            Image = [new KnownFile(folder["image"], recheck: false)],
            Model = [new KnownFile(folder["model/fold_0/model.json"], recheck: false)],
        });

        // Then
        Assert.Equal("hepar", ResultLabelNames.Find(folder["results"])["1"]);
        Assert.Equal("hepar", ResultLabelNames.Find(folder["results"], null, folder["elsewhere"])["1"]);
        Assert.Equal("liver", ResultLabelNames.Find(folder["results"], folder["task/fold_0"])["1"]);
        Assert.Empty(ResultLabelNames.Find(folder["nowhere"]));
    }
}
