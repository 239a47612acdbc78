using System.Text.Json.Nodes;
using NnUNet.Core.Bundles;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Bundles;

public sealed class StructureStatisticsTests
{
    private static readonly (short Value, string Name)[] Structures = [(1, "inside"), (2, "outside"), (3, "absent")];

    private static Volume<short> Labels
    {
        get
        {
            Volume<short> labels = new(new Extent(8, 8, 8), ImageGeometry.Identity with { ItkSpacing = [1.5, 2, 10] });
            labels[3, 3, 3] = labels[3, 3, 4] = labels[4, 4, 4] = 1;
            labels[2, 4, 4] = labels[3, 4, 4] = 2;
            return labels;
        }
    }

    private static Volume<float> Image
    {
        get
        {
            Volume<float> image = new(new Extent(8, 8, 8));
            (image[3, 3, 3], image[3, 3, 4], image[4, 4, 4]) = (10.9f, -10.9f, 100);
            (image[2, 4, 4], image[3, 4, 4]) = (1, 2);
            return image;
        }
    }

    [Fact]
    public void Measure_CountsVolumesAndMeansOfWholeIntensities()
    {
        StructureStatistic inside = StructureStatistics.Measure(Labels, Image, Structures, includeIncomplete: false)[0];

        // (10 - 10 + 100) / 3
        Assert.Equal((90, 0.09, 33.33333, false), (inside.CubicMm, inside.Millilitres, inside.Intensity, inside.Incomplete));
    }

    [Fact]
    public void Measure_AStructureAmongTheThreeOutermostSlices_IsZero_UnlessAskedFor()
    {
        StructureStatistic left = StructureStatistics.Measure(Labels, Image, Structures, includeIncomplete: false)[1];
        StructureStatistic taken = StructureStatistics.Measure(Labels, Image, Structures, includeIncomplete: true)[1];

        Assert.Equal((0, 0, true), (left.CubicMm, left.Intensity, left.Incomplete));
        Assert.Equal((60, 1.5, true), (taken.CubicMm, taken.Intensity, taken.Incomplete));
    }

    [Fact]
    public void Measure_AStructureThatIsNotThere_IsZero() =>
        Assert.Equal(new StructureStatistic("absent", 3, 0, 0, false), StructureStatistics.Measure(Labels, Image, Structures, includeIncomplete: false)[2]);

    [Fact]
    public void Write_AsCsvAndJson_SaysTheSame()
    {
        using TemporaryFolder folder = new();
        IReadOnlyList<StructureStatistic> statistics = StructureStatistics.Measure(Labels, Image, Structures, includeIncomplete: true);

        StructureStatistics.WriteJson(folder["s.json"], statistics);
        StructureStatistics.WriteCsv(folder["s.csv"], [("case, 1", statistics)]);

        JsonNode json = JsonNode.Parse(File.ReadAllText(folder["s.json"]))!;
        Assert.Equal((90, 0.09, 33.33333), ((double)json["inside"]!["volume"]!, (double)json["inside"]!["volume_ml"]!, (double)json["inside"]!["intensity"]!));
        Assert.Equal(
            ["case,structure,label,volume_ml,mean_intensity,incomplete", "\"case, 1\",inside,1,0.09,33.33333,no", "\"case, 1\",outside,2,0.06,1.5,yes", "\"case, 1\",absent,3,0,0,no"],
            File.ReadAllLines(folder["s.csv"]));
    }
}
