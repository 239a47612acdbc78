using NnUNet.Core.Bundles;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Workflows.Bundles;

namespace NnUNet.Workflows.Tests.Bundles;

public sealed class BundleCaseTests : IDisposable
{
    private static readonly BundleModel One = new() { Name = "one", Dataset = "1" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Segment_OnAGrid_TurnsAndResamplesAndComesBack()
    {
        // Given
        Volume<float> image = Image(4, 6, 8);
        image[2, 3, 5] = image[2, 3, 6] = image[3, 3, 5] = image[3, 3, 6] = 100;
        ThresholdModels models = ThresholdModels.Above(99);

        // When
        Volume<short> labels = Segment(Bundle(["a"], One) with { Grid = new BundleGrid { Spacing = [1, 1, 0.5], Order = 0 } }, image, models).Labels;

        // Then
        Assert.Equal(new Extent(8, 6, 8), models.Seen[0].Extent);
        Assert.Equal("RAS", Orientation.Of(models.Seen[0].Geometry).ToString());
        Assert.Equal((ValueArray<double>)[1, 1, 0.5], models.Seen[0].Geometry.ItkSpacing);
        Assert.Equal(image.Geometry, labels.Geometry);
        Assert.Equal(Array.ConvertAll(image.Voxels, static v => v > 99 ? (short)1 : (short)0), labels.Voxels);
    }

    [Fact]
    public void Segment_BySeveralModels_JoinsTheirLabelsByName()
    {
        // Given a second model that finds less, and overwrites
        Volume<float> image = Image(2, 2, 4);
        image.Voxels.AsSpan(0, 4).Fill(10);
        image.Voxels.AsSpan(0, 2).Fill(20);
        ThresholdModels models = new((name, channels) => ThresholdModels.Labels(channels[0], v => name == "first" ? (short)(v > 5 ? 1 : 0) : (short)(v > 15 ? 2 : 0)));
        Bundle bundle = Bundle(["a", "b"], One with { Name = "first", Labels = ["b"] }, One with { Name = "second", Labels = ["b", "a"] });

        // When
        Volume<short> labels = Segment(bundle, image, models).Labels;

        // Then
        Assert.Equal([1, 1, 2, 2, 0], labels.Voxels.Take(5).Select(static v => (int)v));
        Assert.Equal(["first", "second"], models.Loads);
    }

    [Fact]
    public void Segment_ALargeImage_InParts_GivesWhatTheWholeGives()
    {
        // Given
        Volume<float> image = Image(32, 2, 2);
        for (int i = 0; i < image.Voxels.Length; i++) image.Voxels[i] = i % 7;
        Bundle bundle = Bundle(["a"], One);
        ThresholdModels models = ThresholdModels.Above(3);

        // When
        Volume<short> whole = Segment(bundle, image, ThresholdModels.Above(3)).Labels;
        Volume<short> parts = Segment(bundle with { Split = new BundleSplit { Voxels = 100, Slices = 20, Parts = 3, Margin = 4 } }, image, models).Labels;

        // Then
        Assert.Equal(whole.Voxels, parts.Voxels);
        Assert.Equal([14, 17, 15], models.Seen.Select(static s => s.Extent.Z));
        Assert.Single(models.Loads);
    }

    [Fact]
    public void Segment_WithACrop_LooksAtItsBoxAlone_AndGivesItTheMask()
    {
        // Given a rough bundle that finds one voxel, and a margin of 2.9 voxels, which are 2
        Volume<float> image = Image(10, 10, 10);
        image[5, 5, 5] = 100;
        WriteBundle("rough.json", Bundle(["liver"], One with { Name = "rough" }) with { Name = "rough" });
        Bundle bundle = Bundle(["a", "b"], One with { Name = "fine", Channels = ["crop_mask", "image"] }) with { Folder = _folder.Root, Crop = new BundleCrop { Bundle = "rough.json", Labels = ["liver"], MarginMm = [2.9, 2.9, 2.9] } };
        ThresholdModels models = new((name, channels) => name == "rough"
            ? ThresholdModels.Labels(channels[0], static v => v > 99 ? (short)1 : (short)0)
            : ThresholdModels.Labels(channels[0], static mask => (short)(mask + 1)));

        // When
        Volume<short> labels = Segment(bundle, image, models).Labels;

        // Then
        Assert.Equal(["rough", "fine"], models.Loads);
        Assert.Equal(new Extent(5, 5, 5), models.Seen[1].Extent);
        Assert.Equal((124, 1), (labels.Voxels.Count(static v => v == 1), labels.Voxels.Count(static v => v == 2)));
        Assert.Equal((2, 1, 0), (labels[5, 5, 5], labels[3, 3, 3], labels[2, 5, 5]));
    }

    [Fact]
    public void Segment_WhereTheCropFindsNothing_IsEmpty_AndLoadsNoModel()
    {
        WriteBundle("rough.json", Bundle(["liver"], One with { Name = "rough" }) with { Name = "rough" });
        Bundle bundle = Bundle(["a"], One with { Name = "fine" }) with { Folder = _folder.Root, Crop = new BundleCrop { Bundle = "rough.json", Labels = ["liver"], MarginMm = [0, 0, 0] } };
        ThresholdModels models = ThresholdModels.Above(1000);

        CaseLabels result = Segment(bundle, Half(3, 3, 3), models, new BundleRunOptions { Statistics = true });

        Assert.Equal(["rough"], models.Loads);
        Assert.Equal(new short[27], result.Labels.Voxels);
        Assert.Equal([new StructureStatistic("a", 1, 0, 0, false)], result.Statistics);
    }

    [Fact]
    public void Segment_WithRoi_RunsOnlyWhatFindsIt_AndLeavesNothingElse()
    {
        // Given
        WriteBundle("rough.json", Bundle(["b"], One with { Name = "rough" }) with { Name = "rough" });
        Bundle bundle = Bundle(["a", "b", "c"], One with { Name = "first", Labels = ["a"] }, One with { Name = "second", Labels = ["b", "c"] })
            with
        { Folder = _folder.Root, RoiCrop = new BundleCrop { Bundle = "rough.json", MarginMm = [1, 1, 1] } };
        Volume<float> image = Image(6, 6, 6);
        image[2, 2, 2] = 100;
        ThresholdModels models = new((name, channels) => ThresholdModels.Labels(channels[0], v => name == "rough" ? (short)(v > 99 ? 1 : 0) : (short)(v > 99 ? 1 : 2)));

        // When
        Volume<short> labels = Segment(bundle, image, models, new BundleRunOptions { Roi = ["b"] }).Labels;
        ThresholdModels whole = ThresholdModels.Above(99);
        Segment(bundle, image, whole, new BundleRunOptions { Roi = ["b", "c"] });

        // Then
        Assert.Equal(["rough", "second"], models.Loads);
        Assert.Equal((2, 2), (labels[2, 2, 2], labels.Voxels.Sum(static v => v)));
        Assert.Equal(["second"], whole.Loads); // the rough bundle has no c
    }

    [Fact]
    public void Segment_RemovesAuxiliaryLabels_AndCleansBeforeItComesBack()
    {
        Volume<float> image = Image(1, 1, 8);
        (image[0, 0, 0], image[0, 0, 1], image[0, 0, 4], image[0, 0, 7]) = (1, 1, 1, 2);
        ThresholdModels models = new((_, channels) => ThresholdModels.Labels(channels[0], static v => (short)v));
        Bundle bundle = Bundle(["a", "help"], One) with { AuxiliaryLabels = ["help"], Cleaning = [new BundleStep { Step = "keep_largest_component" }] };

        Assert.Equal([1, 1, 0, 0, 0, 0, 0, 0], Segment(bundle, image, models).Labels.Voxels.Select(static v => (int)v));
    }

    [Fact]
    public void Segment_Finishes_OnTheImagesVoxels_ByWhatAnotherBundleFinds()
    {
        // Given an image of 1 mm whose middle is bright, a grid of 2 mm, and another bundle that finds the brightest voxels alone
        Volume<float> image = Image(1, 1, 15);
        image.Row(0, 0)[4..10].Fill(100);
        image.Row(0, 0)[7..10].Fill(200);
        WriteBundle("other.json", Bundle(["low", "high"], One with { Name = "other" }) with { Name = "other" });
        BundleStep step = ProductJson.Parse<BundleStep>("step.json", """{"step": "keep_inside", "bundle": "other.json", "mask": ["high"]}""");
        Bundle bundle = Bundle(["a"], One with { Name = "main" }) with { Folder = _folder.Root, Finishing = [step] };
        ThresholdModels models = new((name, channels) => ThresholdModels.Labels(channels[0], v => (short)(name == "other" ? (v > 150 ? 2 : v > 50 ? 1 : 0) : (v > 50 ? 1 : 0))));

        // When
        Volume<short> labels = Segment(bundle, image, models).Labels;

        // Then
        Assert.Equal(["main", "other"], models.Loads);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0], labels.Voxels.Select(static v => (int)v));
        Assert.Equal(["other", "main"], BundleCase.AllModels(bundle, new BundleRunOptions()).Select(static m => m.Model.Name));
    }

    [Fact]
    public void Bundles_ThatNeedEachOther_AreRefused()
    {
        BundleStep step = ProductJson.Parse<BundleStep>("step.json", """{"step": "keep_inside", "bundle": "other.json"}""");
        WriteBundle("other.json", Bundle(["a"], One) with { Name = "other", Crop = new BundleCrop { Bundle = "mine.json", Labels = ["a"], MarginMm = [0, 0, 0] } });
        Bundle bundle = Bundle(["a"], One) with { Folder = _folder.Root, Finishing = [step] };
        WriteBundle("mine.json", bundle);

        DescribedException error = Assert.Throws<DescribedException>(() => BundleCase.AllBundles(bundle, new BundleRunOptions()));

        Assert.Contains("it leads back to itself: mine - other - mine", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Segment_OfHigherOrder_GivesTheModelsTheImagesOwnSpacing_AndCropsAsBefore()
    {
        // Given
        Volume<float> image = Image(6, 6, 6);
        image.Voxels.AsSpan().Fill(0.75f);
        image[2, 2, 2] = 100;
        WriteBundle("rough.json", Bundle(["liver"], One with { Name = "rough" }) with { Name = "rough", Grid = new BundleGrid { Spacing = [2, 2, 2], Order = 0 } });
        BundleGrid grid = new() { Spacing = [2, 2, 2], Truncate = true };
        Bundle whole = Bundle(["a"], One with { Name = "fine" }) with { Grid = grid };
        Bundle cropped = whole with { Folder = _folder.Root, Crop = new BundleCrop { Bundle = "rough.json", Labels = ["liver"], MarginMm = [0, 0, 0] } };
        BundleRunOptions options = new() { HigherOrderResampling = true };
        List<float> smallest = [];
        ThresholdModels models = new((_, channels) =>
        {
            smallest.Add(channels[0].Voxels.Min());
            return ThresholdModels.Labels(channels[0], static v => v >= 0 ? (short)1 : (short)0);
        });

        // When
        Segment(whole, image, models, options);
        Segment(cropped, image, models, options);

        // Then
        Assert.Equal([new Extent(6, 6, 6), new Extent(3, 3, 3), new Extent(6, 6, 6)], models.Seen.Select(static s => s.Extent));
        Assert.Equal("RAS", Orientation.Of(models.Seen[0].Geometry).ToString());
        Assert.Equal((0.75f, 0f), (smallest[0], smallest[2])); // what is cropped loses its fractions, as in TotalSegmentator
    }

    [Theory]
    [InlineData("image", 42.1875)] // 27 of 64 voxels
    [InlineData("grid", 100)] // 8 of 8
    public void Segment_MeasuresOnTheImage_OrOnTheGrid(string where, double intensity)
    {
        // Given an image of 1 mm with 27 bright voxels, of which the grid of 2 mm has 8; back in the image these are 64
        Volume<float> image = Image(15, 15, 15);
        foreach ((int z, int y) in ((int, int)[])[(6, 6), (6, 7), (6, 8), (7, 6), (7, 7), (7, 8), (8, 6), (8, 7), (8, 8)]) image.Row(z, y)[6..9].Fill(100);
        Bundle bundle = Bundle(["a"], One) with { Statistics = where, Grid = new BundleGrid { Spacing = [2, 2, 2], Order = 0, Orientation = "LPS" } };

        StructureStatistic a = Segment(bundle, image, ThresholdModels.Above(99), new BundleRunOptions { Statistics = true, IncludeIncomplete = true }).Statistics[0];

        Assert.Equal((64, intensity), (a.CubicMm, a.Intensity));
    }

    [Fact]
    public void Segment_APartOfZeros_HasNoLabels_AndNoModelSeesIt()
    {
        Volume<float> image = Image(32, 2, 2);
        image[0, 0, 0] = 5;
        ThresholdModels models = ThresholdModels.Above(-1);

        Volume<short> labels = Segment(Bundle(["a"], One) with { Split = new BundleSplit { Voxels = 100, Slices = 20, Parts = 3, Margin = 4 } }, image, models).Labels;

        Assert.Single(models.Seen);
        Assert.Equal((1, 0), (labels[9, 1, 1], labels[10, 0, 0]));
    }

    [Fact]
    public void Segment_TellsHowMuchIsDone_NeverLess()
    {
        List<double> shares = [];
        Bundle bundle = Bundle(["a"], One with { Name = "first" }, One with { Name = "second" });
        BundleImage image = new([Write(Half(3, 3, 3))]);

        new BundleCase(image, ThresholdModels.Above(0), new BundleRunOptions(), (_, share) => shares.Add(share), CancellationToken.None).Segment(bundle);

        Assert.Equal(shares.Order(), shares);
        Assert.Equal((0, 1), (shares[0], shares[^1]));
    }

    [Fact]
    public void Segment_Cancelled_Stops()
    {
        using CancellationTokenSource cancel = new();
        ThresholdModels models = new((_, channels) =>
        {
            cancel.Cancel();
            return ThresholdModels.Labels(channels[0], static _ => 1);
        });
        Bundle bundle = Bundle(["a"], One with { Name = "first" }, One with { Name = "second" });
        BundleCase work = new(new BundleImage([Write(Half(3, 3, 3))]), models, new BundleRunOptions(), progress: null, cancel.Token);

        Assert.ThrowsAny<OperationCanceledException>(() => work.Segment(bundle));
        Assert.Single(models.Seen);
    }

    private static Bundle Bundle(ValueArray<string> labels, params BundleModel[] models) =>
        new() { Format = Core.Bundles.Bundle.CurrentFormat, Name = "mine", Description = "x", Labels = labels, Models = models.ToValueArray() };

    /// <summary>Zeros.</summary>
    private static Volume<float> Image(int z, int y, int x) => new(new Extent(z, y, x));

    /// <summary>A half everywhere: where all is zero, no model is asked.</summary>
    private static Volume<float> Half(int z, int y, int x)
    {
        Volume<float> image = Image(z, y, x);
        image.Voxels.AsSpan().Fill(0.5f);
        return image;
    }

    private CaseLabels Segment(Bundle bundle, Volume<float> image, IPartPredictor models, BundleRunOptions? options = null) =>
        new BundleCase(new BundleImage([Write(image)]), models, options ?? new BundleRunOptions(), progress: null, CancellationToken.None).Segment(bundle);

    private string Write(Volume<float> image)
    {
        ImageFile.WriteVolume(_folder["image.nii"], image);
        return _folder["image.nii"];
    }

    private void WriteBundle(string file, Bundle bundle) => File.WriteAllText(_folder[file], ProductJson.Print(bundle));
}
