using System.Text.Json;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Export;

public sealed class SegmentationExporterTests
{
    private static readonly Spacing Isotropic = new(1, 1, 1);
    private static readonly Spacing Anisotropic = new(5, 1, 1);
    private static readonly Extent Margin = new(2, 0, 3);

    public static TheoryData<string> Cases => [.. All.Keys];

    private static Dictionary<string, ExportCase> All { get; } = new(StringComparer.Ordinal)
    {
        ["finer"] = new(new(9, 11, 13), new(17, 20, 31), Margin, Isotropic, Isotropic, ExportCase.Straight),
        ["coarser"] = new(new(19, 21, 33), new(11, 12, 10), Margin, Isotropic, Isotropic, ExportCase.Straight),
        ["finer, turned"] = new(new(9, 11, 13), new(31, 20, 17), Margin, Isotropic, Isotropic, ExportCase.Turned),
        ["separate z"] = new(new(9, 11, 13), new(15, 20, 17), Margin, Anisotropic, Anisotropic, ExportCase.Straight),
        ["separate z, turned"] = new(new(9, 11, 13), new(15, 20, 17), Margin, Anisotropic, Isotropic, ExportCase.Turned),
        ["separate by the new spacing"] = new(new(9, 11, 13), new(15, 20, 17), Margin, Isotropic, Anisotropic, ExportCase.Straight),
        ["same grid, turned"] = new(new(9, 11, 13), new(13, 9, 11), Margin, Isotropic, Isotropic, ExportCase.Turned),
        ["rows of a thousand voxels"] = new(new(3, 5, 400), new(5, 6, 1000), Margin, Isotropic, Isotropic, ExportCase.Straight),
        ["one slice"] = new(new(1, 31, 40), new(1, 55, 63), new(0, 1, 2), Isotropic with { Z = 999 }, Isotropic with { Z = 999 }, ExportCase.Straight),
        ["two coarse axes"] = new(new(9, 11, 13), new(15, 20, 17), Margin, new(5, 5, 1), Isotropic, ExportCase.Straight),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Export_OnAnyGrid_EqualsThePlainTwin(string name)
    {
        // Given
        ExportCase c = All[name];
        short[] expected = PlainExport.Labels(c, PlainExport.Classes(c));

        // When
        Volume<short> labels = SegmentationExporter.Export(c.Probabilities, c.Properties, c.Contract);

        // Then
        Assert.Equal(expected, labels.Voxels);
        Assert.Equal(c.Properties.Geometry, labels.Geometry);
        Assert.True(labels.Voxels.Distinct().Count() > 2, "the case is too simple to prove anything");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Export_OnAnyGrid_TellsItsShareUpToAll(string name)
    {
        // Given
        ExportCase c = All[name];
        List<double> heard = [];
        Relay<double> hears = new(share =>
        {
            lock (heard) heard.Add(share);
        });

        // When
        SegmentationExporter.Export(c.Probabilities, c.Properties, c.Contract, progress: hears);

        // Then
        Assert.InRange(heard.Count, 1, 100);
        Assert.All(heard, static share => Assert.InRange(share, 0, 1));
        Assert.Equal(1, heard.Max());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ExportLabels_OnAnyGrid_EqualsThePlainTwin(string name)
    {
        // Given
        ExportCase c = All[name];
        ProbabilityMaps maps = ProbabilityMaps.From(c.Probabilities);

        // When
        Volume<short> fast = SegmentationExporter.ExportLabels(maps, c.Properties, c.Contract, nearest: false);
        Volume<short> fastest = SegmentationExporter.ExportLabels(maps, c.Properties, c.Contract, nearest: true);

        // Then
        Assert.Equal(PlainExport.LabelsFirst(c, nearest: false), fast.Voxels);
        Assert.Equal(PlainExport.LabelsFirst(c, nearest: true), fastest.Voxels);
        Assert.Equal(c.Properties.Geometry, fast.Geometry);
    }

    [Theory]
    [InlineData("finer", 3, 0, 2)]
    [InlineData("separate z, turned", 3, 0, 2)]
    [InlineData("separate z, turned", 1, 3, 2)]
    [InlineData("separate z", 0, 1, 0)]
    public void Export_OtherOrders_EqualThePlainTwin(string name, int order, int orderZ, int ties)
    {
        // Given
        ExportCase c = All[name];
        short[] expected = PlainExport.Labels(c, PlainExport.Classes(c, order, orderZ));

        // When
        Volume<short> labels = SegmentationExporter.Export(c.Probabilities, c.Properties, c.Contract, new ExportOptions { Order = order, OrderZ = orderZ });

        // Then: cubic sums are formed along the axes in another order, which may decide a tie
        Assert.InRange(expected.Zip(labels.Voxels).Count(static p => p.First != p.Second), 0, ties);
    }

    [Theory]
    [InlineData("finer, turned")]
    [InlineData("separate z, turned")]
    public void Export_FromAMappedFile_EqualsThatFromMemory(string name)
    {
        // Given: float16 in the file, and the same rounded numbers in memory
        ExportCase c = All[name];
        Extent network = c.Probabilities.Extent;
        Half[][] rounded = [.. Enumerable.Range(0, c.Probabilities.Channels).Select(k => c.Probabilities[k].Select(static p => (Half)p).ToArray())];
        MultiChannelArray<float> inMemory = new(network, [.. rounded.Select(static k => k.Select(static p => (float)p).ToArray())]);
        using TemporaryFolder folder = new();
        NpyFile.Write<Half>(folder["maps.npy"], rounded.SelectMany(static k => k).ToArray(), rounded.Length, network.Z, network.Y, network.X);
        using NpyMap<Half> map = NpyFile.Map<Half>(folder["maps.npy"]);

        // When
        Volume<short> labels = SegmentationExporter.Export(ProbabilityMaps.From(map), c.Properties, c.Contract);
        Volume<short> cubic = SegmentationExporter.Export(ProbabilityMaps.From(map), c.Properties, c.Contract, new ExportOptions { Order = 3 });

        // Then
        Assert.Equal(SegmentationExporter.Export(inMemory, c.Properties, c.Contract).Voxels, labels.Voxels);
        Assert.Equal(SegmentationExporter.Export(inMemory, c.Properties, c.Contract, new ExportOptions { Order = 3 }).Voxels, cubic.Voxels);
    }

    [Fact]
    public void Export_CubicInSeveralSlabs_EqualsThePlainTwin()
    {
        // Given: a grid of 13 million voxels, which are two slabs
        ExportCase c = new(new(60, 32, 36), new(50, 512, 520), Margin, Isotropic, Isotropic, ExportCase.Straight, classes: 2);
        short[] expected = PlainExport.Labels(c, PlainExport.Classes(c, order: 3));

        // When
        Volume<short> labels = SegmentationExporter.Export(c.Probabilities, c.Properties, c.Contract, new ExportOptions { Order = 3 });

        // Then: rounding may decide a tie
        Assert.InRange(expected.Zip(labels.Voxels).Count(static p => p.First != p.Second), 0, 20);
    }

    [Fact]
    public void Export_PlanThatAsksForOrderZero_FollowsThePlan()
    {
        // Given
        ExportCase c = All["finer"];
        JsonElement asked = JsonSerializer.SerializeToElement(new { force_separate_z = true, interpolation_order = 0, interpolation_order_z = 0 });
        Plan plan = c.Plan with { Unknown = new Dictionary<string, JsonElement> { ["segmentation_export_params"] = asked } };
        short[] expected = PlainExport.Labels(c, PlainExport.Classes(c, 0, 0, separateZ: true));

        // When
        Volume<short> labels = SegmentationExporter.Export(c.Probabilities, c.Properties, PlanContract.Of(plan, 1, plan.Network!));

        // Then
        Assert.Equal(expected, labels.Voxels);
    }

    [Fact]
    public void Export_PlanWithAnImpossibleOrder_IsRefused()
    {
        // Given
        ExportCase c = All["finer"];
        JsonElement asked = JsonSerializer.SerializeToElement(new { interpolation_order = 7 });
        Plan plan = c.Plan with { Unknown = new Dictionary<string, JsonElement> { ["segmentation_export_params"] = asked } };

        // When
        DescribedException e = Assert.Throws<DescribedException>(() => SegmentationExporter.Export(c.Probabilities, c.Properties, PlanContract.Of(plan, 1, plan.Network!)));

        // Then
        Assert.Equal("plans.json: segmentation_export_params: interpolation_order is 7, but must be 0, 1 or 3; correct the plan.", e.Message);
    }

    [Fact]
    public void Export_Regions_PaintsLaterOnesOverEarlierOnes()
    {
        // Given: three regions, each inside the one before, on four voxels
        MultiChannelArray<float> regions = new(new Extent(1, 1, 4), [0.4f, 0.9f, 0.9f, 0.9f], [0.1f, 0.2f, 0.8f, 0.8f], [0, 0, 0, 0.6f]);
        ExportCase c = new(new(1, 1, 4), new(1, 1, 4), new(0, 0, 0), Isotropic, Isotropic, ExportCase.Straight);

        // When
        Volume<short> labels = SegmentationExporter.Export(regions, c.Properties, c.Regions(AveragedOutput.Probabilities, 2, 1, 3));

        // Then
        Assert.Equal([0, 2, 1, 3], labels.Voxels);
    }

    [Fact]
    public void Export_ManyClasses_AllocatesTheResultAndLittleElse()
    {
        // Given: 24 classes, whose target grid of floats would take 98 MB
        ExportCase c = new(new(20, 24, 28), new(80, 100, 128), new(0, 0, 0), Isotropic, Isotropic, ExportCase.Straight, classes: 24);
        ExportOptions options = new() { Threads = 1 };
        SegmentationExporter.Export(c.Probabilities, c.Properties, c.Contract, options);

        // When
        long before = GC.GetAllocatedBytesForCurrentThread();
        Volume<short> labels = SegmentationExporter.Export(c.Probabilities, c.Properties, c.Contract, options);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // Then
        Assert.True(allocated < (labels.Extent.Count * sizeof(short)) + 1_500_000, $"{allocated} bytes were allocated");
    }

    [Theory]
    [InlineData(1, 16 << 20)]
    [InlineData(3, 512 << 20)]
    public void WorkingBytes_OfALargeImage_StayBelowACeiling(int order, long most)
    {
        // Given
        Extent network = new(533, 256, 256), image = new(800, 512, 512);

        // When
        long bytes = SegmentationExporter.WorkingBytes(network, image, new ExportOptions { Order = order });

        // Then
        Assert.InRange(bytes, 1, most);
    }

    [Fact]
    public void Export_Cancelled_Stops()
    {
        // Given
        ExportCase c = All["finer"];
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();

        // When, Then
        Assert.Throws<OperationCanceledException>(() => SegmentationExporter.Export(c.Probabilities, c.Properties, c.Contract, cancel: cancelled.Token));
    }

    [Fact]
    public void Export_BoxOutsideTheImage_IsRefused()
    {
        // Given
        ExportCase c = All["finer"];

        // When
        DescribedException e = Assert.Throws<DescribedException>(() => SegmentationExporter.Export(
            c.Probabilities, c.Properties with { OriginalSizeOfRawData = [5, 5, 5] }, c.Contract));

        // Then
        Assert.Contains("does not lie within the image of 5x5x5", e.What, StringComparison.Ordinal);
    }
}
