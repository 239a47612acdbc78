using System.Text.Json.Nodes;
using NnUNet.Core.Planning;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;

namespace NnUNet.Core.Tests.Planning;

public sealed class PickledPlanTests
{
    [Fact]
    public void ToNode_OfAPlanOfTheFirstReleases_GetsWhatItLacks()
    {
        // Given
        PickleDictionary stage = new()
        {
            ["num_pool_per_axis"] = List(1L, 2L, 2L),
            ["patch_size"] = PickleArray.From<double>([8, 16, 16], 3),
            ["batch_size"] = 2.0,
            ["do_dummy_2D_data_aug"] = 0L,
        };
        PickleDictionary plan = new()
        {
            ["num_classes"] = 1L,
            ["all_classes"] = List(1.0),
            ["modalities"] = new PickleDictionary { [0L] = "CT" },
            ["plans_per_stage"] = new PickleDictionary { [0L] = stage },
        };

        // When
        JsonObject node = PickledPlan.ToNode("plans.pkl", plan);

        // Then
        Assert.Equal("[1]", node["all_classes"]!.ToJsonString());
        Assert.Equal("[0,1,2]", node["transpose_backward"]!.ToJsonString());
        Assert.Equal("GenericPreprocessor", (string?)node["preprocessor_name"]);
        Assert.Equal(1, (int)node["num_stages"]!);
        JsonNode completed = node["plans_per_stage"]!["0"]!;
        Assert.Equal("[8,16,16]", completed["patch_size"]!.ToJsonString());
        Assert.Equal("[[1,2,2],[2,2,2]]", completed["pool_op_kernel_sizes"]!.ToJsonString());
        Assert.Equal("[[3,3,3],[3,3,3],[3,3,3]]", completed["conv_kernel_sizes"]!.ToJsonString());
        Assert.False((bool)completed["do_dummy_2D_data_aug"]!);
        Assert.Equal("""{"0":"CT"}""", node["dataset_properties"]!["modalities"]!.ToJsonString());
    }

    [Fact]
    public void ToNode_OfSomethingElse_SaysSo() =>
        Assert.Contains("this is no plan", Assert.Throws<DescribedException>(() => PickledPlan.ToNode("plans.pkl", List(1L))).What, StringComparison.Ordinal);

    private static List<object?> List(params object[] items) => [.. items];
}
