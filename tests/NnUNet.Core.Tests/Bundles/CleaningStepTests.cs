using NnUNet.Core.Bundles;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Bundles;

public sealed class CleaningStepTests
{
    // Label 1 in parts of 2, 3 and 3 voxels; label 2 in parts of 1 and 2.
    private static Volume<short> Labels => new([1, 1, 0, 1, 1, 1, 0, 2, 0, 2, 2, 0, 1, 1, 1], new Extent(1, 1, 15));

    [Fact]
    public void KeepLargestComponent_LeavesTheFirstOfTheLargest_AndOtherLabelsAlone() =>
        Assert.Equal([0, 0, 0, 1, 1, 1, 0, 2, 0, 2, 2, 0, 0, 0, 0], Cleaned("""{"step": "keep_largest_component", "labels": ["a"]}"""));

    [Fact]
    public void KeepLargestComponent_WithoutLabels_WorksOnEach() =>
        Assert.Equal([0, 0, 0, 1, 1, 1, 0, 0, 0, 2, 2, 0, 0, 0, 0], Cleaned("""{"step": "keep_largest_component"}"""));

    [Fact]
    public void RemoveSmallComponents_CountsCubicMillimetres_AndRemovesThoseOfExactlyThatVolume() =>
        Assert.Equal([0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1], Cleaned("""{"step": "remove_small_components", "cubic_mm": 20}""", cubicMm: 10));

    [Fact]
    public void RemoveSmallComponents_AJustSmallerVolume_LeavesThem() =>
        Assert.Equal([1, 1, 0, 1, 1, 1, 0, 0, 0, 2, 2, 0, 1, 1, 1], Cleaned("""{"step": "remove_small_components", "cubic_mm": 19.9}""", cubicMm: 10));

    [Fact]
    public void RemoveSmallComponents_ConnectsThroughFacesOnly()
    {
        Volume<short> diagonal = new([1, 0, 0, 1], new Extent(1, 2, 2));

        Step("""{"step": "remove_small_components", "cubic_mm": 1}""").Apply(diagonal, 1, CancellationToken.None);

        Assert.Equal([0, 0, 0, 0], diagonal.Voxels);
    }

    [Fact]
    public void Chosen_LeavesOptionalStepsOut_UnlessTheyAreAskedFor()
    {
        Bundle bundle = Of("""{"step": "remove_small_components", "optional": true, "cubic_mm": 1}""");

        Assert.Empty(CleaningSteps.Chosen(bundle, []));
        Assert.Single(CleaningSteps.Chosen(bundle, ["remove_small_components"]));
        Assert.Contains("no optional step of this name", Assert.Throws<DescribedException>(() => CleaningSteps.Chosen(bundle, ["remove_blobs"])).Message, StringComparison.Ordinal);
    }

    private static short[] Cleaned(string step, double cubicMm = 1)
    {
        Volume<short> labels = Labels;
        Step(step).Apply(labels, cubicMm, CancellationToken.None);
        return labels.Voxels;
    }

    private static CleaningStep Step(string step) => Assert.Single(CleaningSteps.Chosen(Of(step), []));

    private static Bundle Of(string step) => ProductJson.Parse<Bundle>(
        "mine.json", """{"format": "nnunet/bundle/1", "name": "mine", "description": "x", "labels": ["a", "b"], "models": [{"name": "m", "dataset": "4"}], "cleaning": [""" + step + "]}");
}
