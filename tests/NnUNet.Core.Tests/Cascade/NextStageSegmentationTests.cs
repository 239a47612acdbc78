using System.Text.Json;
using NnUNet.Core.Cascade;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Tests.Models;
using NnUNet.Files.Numpy;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Cascade;

public sealed class NextStageSegmentationTests
{
    [SkippableTheory]
    [InlineData("next_stage_iso_up", 1)]
    [InlineData("next_stage_none_as_in_plans", 1)]
    [InlineData("next_stage_aniso_ratio", 1)]
    [InlineData("next_stage_last_axis_unchanged", 1)]
    [InlineData("next_stage_down", 1)]
    [InlineData("next_stage_same_shape", 1)]
    [InlineData("next_stage_order3", 3)]
    public void Labels_EqualTheRecordedOnes(string name, int order)
    {
        // Given
        IReadOnlyDictionary<string, NpyArray> arrays = NpzFile.Read(TestData.Golden($"cascade/{name}.npz"));
        MultiChannelArray<float> probabilities = Channels(arrays["softmax_in"]);
        NpyArray expected = arrays["seg_out"];
        Extent target = new((int)expected.Shape[0], (int)expected.Shape[1], (int)expected.Shape[2]);

        // When
        short[] labels = NextStageSegmentation.Resample(ProbabilityMaps.From(probabilities), target, WithOrder(order));

        // Then
        Assert.Equal(expected.ToArray<short>(), labels);
    }

    private static MultiChannelArray<float> Channels(NpyArray array)
    {
        Extent extent = new((int)array.Shape[1], (int)array.Shape[2], (int)array.Shape[3]);
        return new MultiChannelArray<float>(extent, [.. array.ToArray<float>().Chunk((int)extent.Count)]);
    }

    // The forced separate axis must not matter: the original never resamples one apart here.
    private static ModelContract WithOrder(int order)
    {
        Plan plan = SmallPlan.Create();
        plan.Unknown["segmentation_export_params"] = JsonSerializer.SerializeToElement(
            new Dictionary<string, object?> { ["interpolation_order"] = order, ["interpolation_order_z"] = 0, ["force_separate_z"] = true });
        return PlanContract.Of(plan, 0, plan.Network!);
    }
}
