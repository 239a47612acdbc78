using NnUNet.Core.Datasets.Conversions;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Datasets.Conversions;

/// <summary>Borders and single cells as the original makes them.</summary>
/// <remarks>
/// Recorded from the functions generate_ball, generate_border_as_suggested_by_twollmann and convert_to_instance_seg2 of
/// nnunet/dataset_conversion/Task076_Fluo_N3DH_SIM.py with scikit-image 0.19.3 and numpy 1.24.2, of six random ellipsoids (numpy seed 11)
/// with spacing (0.2, 0.125, 0.125), border 0.15, small cores up to 1 voxel, isolated borders from 4. Rows are separated by spaces, slices by lines.
/// </remarks>
public sealed class RecordedCellsTests
{
    private const string Cells = """
        000555111000 000555110000 000555110000 000000000000 000000000000 000000000000 000000000000 000000000000 000000000000
        000111111000 000551111000 000051110000 220000000000 222000000000 222000000000 220000000000 000000000000 000000000000
        000011110000 000011110000 000000000000 220000000000 222000000000 222000000000 220000000000 000666000000 004066000000
        000000000000 000000000000 000000000000 000000000000 220000000000 200000000000 044666000000 444666603300 444666603300
        """;

    private const string Parts = """
        000222212000 000212220000 000222220000 000000000000 000000000000 000000000000 000000000000 000000000000 000000000000
        000222112000 000222112000 000022220000 220000000000 222000000000 222000000000 220000000000 000000000000 000000000000
        000022220000 000022220000 000000000000 220000000000 112000000000 122000000000 220000000000 000222000000 002022000000
        000000000000 000000000000 000000000000 000000000000 220000000000 200000000000 022222000000 222211202200 222211202200
        """;

    private const string Instances = """
        000111111000 000111110000 000111110000 000000000000 000000000000 000000000000 000000000000 000000000000 000000000000
        000111111000 000111111000 000011110000 220000000000 222000000000 222000000000 220000000000 000000000000 000000000000
        000011110000 000011110000 000000000000 220000000000 222000000000 222000000000 220000000000 000333000000 003033000000
        000000000000 000000000000 000000000000 000000000000 220000000000 200000000000 023333000000 233333304400 333333304400
        """;

    [Fact]
    public void Border_OfRecordedCells_IsTheOriginals() => Assert.Equal(Voxels(Parts).Voxels, Done("border", """{"thickness_mm": 0.15}""", Cells));

    [Fact]
    public void Instances_OfRecordedParts_AreTheOriginals() => Assert.Equal(Voxels(Instances).Voxels, Done("instances", """{"small_core_voxels": 1, "isolated_border_voxels": 4}""", Parts));

    [Theory]
    [InlineData(0.2, 0.125, 0.5, 201)]
    [InlineData(999, 0.125, 0.7, 129)]
    [InlineData(1, 0.126, 2, 2865)]
    [InlineData(3, 1, 4.4, 119)]
    public void Ball_HasAsManyVoxelsAsTheOriginals(double z, double inPlane, double radius, int voxels) =>
        Assert.Equal(voxels, BorderStep.Ball(new Spacing(z, inPlane, inPlane), radius).Count());

    [Fact]
    public void Ball_OfAPicture_HasTheOriginalsRows() =>
        Assert.Equal([5, 7, 9, 11, 13, 13, 13, 13, 13, 11, 9, 7, 5], BorderStep.Ball(new Spacing(999, 0.125, 0.125), 0.7).GroupBy(static o => o.Y).Select(static row => row.Count()));

    private static int[] Done(string name, string parameters, string voxels) => Steps.Of(name, parameters).Labels(Voxels(voxels), new StepContext("cells", null)).Voxels;

    private static Volume<int> Voxels(string text) =>
        new([.. text.Where(char.IsAsciiDigit).Select(static c => c - '0')], new Extent(4, 9, 12), ImageGeometry.FromSpacing(new Spacing(0.2, 0.125, 0.125)));
}
