using NnUNet.Core.Bundles;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Bundles;

public sealed class CleaningStepTests
{
    private const string Two = """["a", "b"]""";
    private const string Four = """["a", "b", "c", "d"]""";

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

    // A column along z, from the feet up; the labels a, b, c, d (1 to 4) lie from the head down.
    [Theory]
    [InlineData(new short[] { 4, 0, 3, 0, 2, 0, 1 }, new short[] { 4, 0, 3, 0, 2, 0, 1 }, "nothing touches")]
    [InlineData(new short[] { 4, 4, 0, 3, 2, 0, 2, 0, 0 }, new short[] { 4, 4, 0, 3, 3, 0, 2, 0, 0 }, "from below, the last label being there")]
    [InlineData(new short[] { 3, 0, 2, 1, 0, 1 }, new short[] { 3, 0, 2, 2, 0, 1 }, "from above, the first being there and the last not")]
    [InlineData(new short[] { 3, 2, 0, 2, 0, 2 }, new short[] { 3, 3, 0, 2, 0, 1 }, "from below, neither being there")]
    [InlineData(new short[] { 2, 1, 0, 1, 0, 1 }, new short[] { 3, 3, 0, 2, 0, 1 }, "from above the parts may go further than the labels did")]
    [InlineData(new short[] { 2, 3, 0, 2, 0, 2, 0, 2 }, new short[] { 3, 3, 0, 2, 0, 1, 0, 0 }, "a part without a label left goes")]
    public void RelabelInOrder_GivesTouchingPartsTheirLabelsAnew(short[] before, short[] after, string why)
    {
        Volume<short> column = new(before, new Extent(before.Length, 1, 1));
        Volume<short> upsideDown = new([.. before.Reverse()], column.Extent, ImageGeometry.Identity with { ItkDirection = [1, 0, 0, 0, 1, 0, 0, 0, -1] });

        foreach (Volume<short> labels in (Volume<short>[])[column, upsideDown]) Step("""{"step": "relabel_in_order", "cubic_mm": 1}""", Four).Apply(labels, 1, CancellationToken.None);

        Assert.True(after.SequenceEqual(column.Voxels), $"{why}: {string.Join(' ', column.Voxels)}");
        Assert.True(after.Reverse().SequenceEqual(upsideDown.Voxels), $"{why}, upside down: {string.Join(' ', upsideDown.Voxels)}");
    }

    [Fact]
    public void RelabelInOrder_RemovesPartsThatAreTooSmall_AndLooksAtItsLabelsOnly()
    {
        Volume<short> column = new([4, 4, 3, 0, 2, 0, 3, 3, 1], new Extent(9, 1, 1));

        Step("""{"step": "relabel_in_order", "cubic_mm": 20, "labels": ["b", "c", "d"]}""", Four).Apply(column, 10, CancellationToken.None);

        Assert.Equal([4, 4, 4, 0, 0, 0, 3, 3, 1], column.Voxels);
    }

    [Fact]
    public void DilateLabels_MakesABallOfAVoxel()
    {
        Volume<short> labels = new(new Extent(7, 7, 7));
        labels[3, 3, 3] = 2;

        Step("""{"step": "dilate_labels", "mm": 2}""").Apply(labels, 1, CancellationToken.None);

        // The points of whole numbers within a distance of 2 are 33.
        Assert.Equal(33, labels.Voxels.Count(static v => v == 2));
        Assert.Equal((2, 0, 0), (labels[1, 3, 3], labels[0, 3, 3], labels[1, 4, 3]));
    }

    [Fact]
    public void DilateLabels_CountsMillimetres_OnEachAxis()
    {
        Volume<short> labels = new(new Extent(5, 1, 9), ImageGeometry.Identity with { ItkSpacing = [1, 1, 3] });
        labels[2, 0, 4] = 1;

        Step("""{"step": "dilate_labels", "mm": 3}""").Apply(labels, 3, CancellationToken.None);

        Assert.Equal([0, 1, 1, 1, 1, 1, 1, 1, 0], labels.Row(2, 0).ToArray());
        Assert.Equal([0, 0, 0, 0, 1, 0, 0, 0, 0], labels.Row(1, 0).ToArray());
        Assert.Equal(new short[9], labels.Row(0, 0).ToArray());
    }

    [Fact]
    public void DilateLabels_OfARadiusBetweenVoxels_IsNotSymmetric_AsInTheOriginal()
    {
        // Given 1.4 voxels, so that points lie at -1.4, -0.4, 0.6 and 1.6, of which the third is the voxel's own
        Volume<short> labels = new([0, 0, 0, 1, 0, 0, 0], new Extent(1, 1, 7));

        Step("""{"step": "dilate_labels", "mm": 1.4}""").Apply(labels, 1, CancellationToken.None);

        Assert.Equal([0, 0, 1, 1, 0, 0, 0], labels.Voxels);
    }

    [Fact]
    public void DilateLabels_FillsTheBackgroundAlone_TheLowerLabelFirst()
    {
        Volume<short> labels = new([2, 0, 1, 2, 0, 0], new Extent(1, 1, 6));

        Step("""{"step": "dilate_labels", "mm": 1}""").Apply(labels, 1, CancellationToken.None);

        Assert.Equal([2, 1, 1, 2, 2, 0], labels.Voxels);
    }

    [Fact]
    public void KeepInside_ClearsWhatLiesOutsideOfTheMask()
    {
        Bundle bundle = ProductJson.Parse<Bundle>("mine.json", """
            {"format": "nnunet/bundle/1", "name": "mine", "description": "x", "labels": ["a", "b"], "models": [{"name": "m", "dataset": "4"}],
             "finishing": [{"step": "keep_inside", "bundle": "body", "mask": ["body_trunc"], "labels": ["a"]}]}
            """);
        CleaningStep step = Assert.Single(CleaningSteps.Finishing(bundle, []));
        Volume<short> labels = new([1, 1, 2, 2, 0], new Extent(1, 1, 5));

        step.Apply(labels, new Volume<short>([1, 0, 1, 0, 1], labels.Extent), 1, CancellationToken.None);

        Assert.Equal([1, 0, 2, 2, 0], labels.Voxels);
        Assert.Equal(new BundleMask("body", ["body_trunc"]), step.Mask);
        Assert.Equal("body", BundleDescriptions.Masking(bundle, step.Mask!).Name);
        Assert.Empty(CleaningSteps.Chosen(bundle, []));
    }

    [Theory]
    [InlineData("""{"step": "keep_inside", "bundle": "body"}""", "cleaning[0].step is \"keep_inside\", which works on the image's voxels and belongs under finishing")]
    [InlineData("""{"step": "keep_inside", "bundle": "mine"}""", "cleaning[0].bundle is \"mine\", but must be another bundle")]
    [InlineData("""{"step": "dilate_labels"}""", "cleaning[0].mm")]
    [InlineData("""{"step": "relabel_in_order", "cubic_mm": -1}""", "cleaning[0].cubic_mm")]
    public void AStepThatDoesNotFit_IsAFault(string step, string expected) => Assert.Contains(expected, Assert.ThrowsAny<DescribedException>(() => Of(step)).Message, StringComparison.Ordinal);

    private static short[] Cleaned(string step, double cubicMm = 1)
    {
        Volume<short> labels = Labels;
        Step(step).Apply(labels, cubicMm, CancellationToken.None);
        return labels.Voxels;
    }

    private static CleaningStep Step(string step, string labels = Two) => Assert.Single(CleaningSteps.Chosen(Of(step, labels), []));

    private static Bundle Of(string step, string labels = Two) => ProductJson.Parse<Bundle>(
        "mine.json", """{"format": "nnunet/bundle/1", "name": "mine", "description": "x", "labels": """ + labels + """, "models": [{"name": "m", "dataset": "4"}], "cleaning": [""" + step + "]}");
}
