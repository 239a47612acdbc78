using NnUNet.Core.Bundles;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Workflows.Bundles;

namespace NnUNet.Workflows.Tests.Bundles;

/// <summary>Bundles of tiny untrained networks, of files into files.</summary>
public sealed class BundleRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SmallModel _model = new();

    public BundleRunTests()
    {
        ImageFile.WriteVolume(_folder["images/b.nii.gz"], SmallModel.Image(seed: 5));
        ImageFile.WriteVolume(_folder["images/a.nii.gz"], SmallModel.Image());
    }

    public void Dispose()
    {
        _folder.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Run_OnTheImagesOwnGrid_IsWhatTheModelAloneSays()
    {
        // When
        PredictOptions exact = new() { Mirror = false, Precision = ComputePrecision.Float32 };
        BundleReport report = Run(Own(), [_folder["images/a.nii.gz"]], _folder["out/a.nii.gz"], new BundleRunOptions { Predict = exact });

        // Then
        using Segmenter alone = Segmenter.Load(_model.Folder, exact);
        short[] expected = alone.Predict(ImageFile.ReadVolume(_folder["images/a.nii.gz"])).Segmentation.Voxels, labels = ImageFile.ReadLabels(_folder["out/a.nii.gz"]).Voxels;
        int different = expected.Zip(labels).Count(static pair => pair.First != pair.Second);
        Assert.Empty(report.Failures);
        Assert.Equal(_folder["out/a.nii.gz"], report.Cases[0].Written);
        Assert.True(different == 0, $"{different} of {labels.Length} voxels differ");
    }

    [Fact]
    public void Run_OverAFolder_GivesEachImageItsSegmentationAndStatistics()
    {
        // When
        BundleReport report = Run(Own() with { Grid = new BundleGrid { Spacing = [1.5, 1.5, 1.5], Truncate = true } }, [_folder["images"]], _folder["out"], new BundleRunOptions { Statistics = true });

        // Then
        Assert.Equal(["a", "b"], report.Cases.Select(static c => c.CaseId));
        Assert.All(["a.nii.gz", "b.nii.gz", "statistics.csv", "statistics/a.json", "statistics/b.json"], file => Assert.True(File.Exists(_folder["out/" + file]), file));
        Assert.Equal(1 + (2 * 2), File.ReadAllLines(_folder["out/statistics.csv"]).Length);
        Assert.Equal(SmallModel.Image().Extent, ImageFile.ReadHeader(_folder["out/a.nii.gz"]).Extent);
    }

    [Fact]
    public void Run_WithSeparateFiles_WritesOneMaskAStructure()
    {
        BundleRunOptions exact = new() { Predict = new PredictOptions { Precision = ComputePrecision.Float32 } };
        Run(Own(), [_folder["images/a.nii.gz"]], _folder["map.nii.gz"], exact);
        BundleReport report = Run(Own(), [_folder["images/a.nii.gz"]], _folder["masks"], exact with { SeparateFiles = true });

        Volume<short> map = ImageFile.ReadLabels(_folder["map.nii.gz"]);
        Assert.Equal(_folder["masks"], report.Cases[0].Written);
        Assert.Equal(Array.ConvertAll(map.Voxels, static v => v == 1 ? (short)1 : (short)0), ImageFile.ReadLabels(_folder["masks/left.nii.gz"]).Voxels);
        Assert.Equal(Array.ConvertAll(map.Voxels, static v => v == 2 ? (short)1 : (short)0), ImageFile.ReadLabels(_folder["masks/right.nii.gz"]).Voxels);
    }

    [Fact]
    public void Run_ByTwoModels_OfWhichOneIsCroppedByABundleOfItsOwn_Works()
    {
        // Given
        File.WriteAllText(_folder["rough.json"], ProductJson.Print(Own() with { Name = "rough" }));
        BundleModel model = Own().Models[0];
        Bundle bundle = Own() with { Folder = _folder.Root, Models = [model, model with { Name = "again", Labels = ["", "left"] }], Crop = new BundleCrop { Bundle = "rough.json", Labels = ["left", "right"], MarginMm = [1, 1, 1] } };

        // When
        BundleReport report = Run(bundle, [_folder["images/a.nii.gz"]], _folder["out.nii.gz"]);

        // Then
        Assert.Empty(report.Failures);
        Assert.Equal(SmallModel.Image().Extent, ImageFile.ReadHeader(_folder["out.nii.gz"]).Extent);
    }

    [Fact]
    public void Run_AnImageThatCannotBeRead_StopsNoOther()
    {
        File.WriteAllText(_folder["images/broken.nii.gz"], "no image");

        BundleReport report = Run(Own(), [_folder["images"]], _folder["out"]);

        Assert.Equal(["a", "b"], report.Cases.Select(static c => c.CaseId));
        Assert.Equal("broken", Assert.Single(report.Failures).CaseId);
    }

    [Fact]
    public void Run_WithoutItsModel_FailsBeforeAnyImageIsRead()
    {
        DescribedException error = Assert.Throws<DescribedException>(() => Run(BundleDescriptions.Find("total"), [_folder["images"]], _folder["out"]));

        Assert.Contains("nnunet bundle download total gets it, or nnunet bundle install Dataset291_TotalSegmentator_part1_organs_1559subj.zip", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public void Run_AModelOfOtherChannels_IsRefused()
    {
        DescribedException error = Assert.Throws<DescribedException>(() => Run(Own() with { Channels = ["ct", "pet"] }, [_folder["images/a.nii.gz"], _folder["images/b.nii.gz"]], _folder["out"]));

        Assert.Contains("the model all needs 1 channels, but the bundle mine gives it 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("roi", "has no label called \"lft\"; did you mean left?")]
    [InlineData("with", "has no optional step of this name")]
    [InlineData("several", "needs 1 channel (image), but 2 files were given")]
    [InlineData("missing", "there is no such image or folder")]
    [InlineData("file", "this is one file, but there are 2 images")]
    public void Run_WithWhatDoesNotFit_SaysSo(string what, string expected)
    {
        BundleRunOptions options = new() { Roi = what == "roi" ? ["lft"] : [], With = what == "with" ? ["blobs"] : [] };
        string[] inputs = what == "several" ? [_folder["images/a.nii.gz"], _folder["images/b.nii.gz"]] : [_folder[what == "missing" ? "nowhere" : "images"]];

        DescribedException error = Assert.ThrowsAny<DescribedException>(() => Run(Own(), inputs, _folder[what == "file" ? "out.nii.gz" : "out"], options));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_RecordsHowEachSegmentationWasMade()
    {
        // Given
        File.WriteAllText(_folder["rough.json"], ProductJson.Print(Own() with { Name = "rough" }));
        Bundle bundle = Own() with { Folder = _folder.Root, RoiCrop = new BundleCrop { Bundle = "rough.json", MarginMm = [1, 1, 1] } };

        // When
        Run(bundle, [_folder["images/a.nii.gz"]], _folder["out/named.nii.gz"], new BundleRunOptions { Roi = ["right"] });

        // Then
        ResultRecord record = ProductJson.Read<ResultRecord>(_folder["out/provenance/named.json"]);
        Assert.Equal("nnunet segment", record.MadeBy);
        Assert.Equal((_folder["images/a.nii.gz"], KnownFile.HashOf(_folder["images/a.nii.gz"])), (record.Image[0].File, record.Image[0].Sha256));
        Assert.Contains(record.Model, m => m.File.StartsWith(_model.Folder, StringComparison.Ordinal) && m.File.Contains("fold_0", StringComparison.Ordinal) && m.Sha256 == KnownFile.HashOf(m.File));
        Assert.StartsWith("mine (sha256 ", record.Options["bundle"], StringComparison.Ordinal);
        Assert.StartsWith("rough (sha256 ", record.Options["other_bundles"], StringComparison.Ordinal);
        Assert.Equal("right", record.Options["roi"]);
        Assert.Equal(("named.nii.gz", KnownFile.HashOf(_folder["out/named.nii.gz"])), (record.Segmentation!.Value[0].File, record.Segmentation.Value[0].Sha256));
    }

    [Fact]
    public void Run_Again_SkipsWhatFits_AndStillMeasuresIt()
    {
        // Given
        BundleReport first = Run(Own(), [_folder["images"]], _folder["out"], new BundleRunOptions { Statistics = true });
        File.Delete(_folder["out/b.nii.gz"]);
        DateTime written = File.GetLastWriteTimeUtc(_folder["out/a.nii.gz"]);
        string table = File.ReadAllText(_folder["out/statistics.csv"]);

        // When
        BundleReport again = Run(Own(), [_folder["images"]], _folder["out"], new BundleRunOptions { Statistics = true });

        // Then
        Assert.Equal("a", Assert.Single(again.Skipped).CaseId);
        Assert.Equal("b", Assert.Single(again.Cases).CaseId);
        Assert.Equal(first.Cases[0].Statistics, again.Skipped[0].Statistics);
        Assert.Equal(table, File.ReadAllText(_folder["out/statistics.csv"]));
        Assert.Equal(written, File.GetLastWriteTimeUtc(_folder["out/a.nii.gz"]));
    }

    [Fact]
    public void Run_AgainWithMasks_SkipsThem_UnlessOneIsMissing()
    {
        BundleRunOptions masks = new() { SeparateFiles = true };
        Run(Own(), [_folder["images"]], _folder["out"], masks);
        File.Delete(_folder["out/b/left.nii.gz"]);

        BundleReport again = Run(Own(), [_folder["images"]], _folder["out"], masks);

        Assert.Equal("a", Assert.Single(again.Skipped).CaseId);
        Assert.True(File.Exists(_folder["out/b/left.nii.gz"]), string.Join(", ", again.Unknown.Select(static u => u.Reason)));
    }

    [Fact]
    public void Run_AnotherBundleOfTheSameName_MakesItAgain_AndKeepsWhatWasThere()
    {
        Run(Own(), [_folder["images/a.nii.gz"]], _folder["out"]);
        byte[] before = File.ReadAllBytes(_folder["out/a.nii.gz"]);

        BundleReport again = Run(Own() with { TileStep = 0.25 }, [_folder["images/a.nii.gz"]], _folder["out"]);

        Assert.StartsWith("was made with bundle mine (sha256", Assert.Single(again.Outdated).Reason, StringComparison.Ordinal);
        Assert.Equal("a", Assert.Single(again.Cases).CaseId);
        Assert.Equal(before, File.ReadAllBytes(_folder["out/replaced/a.nii.gz"]));
        Assert.True(File.Exists(_folder["out/replaced/provenance/a.json"]));
    }

    [Fact]
    public void Run_OverADamagedSegmentation_LeavesWhatWasMovedAsideBefore()
    {
        // Given a segmentation in replaced/, and one that was cut off afterwards
        Run(Own(), [_folder["images/a.nii.gz"]], _folder["out"]);
        byte[] first = File.ReadAllBytes(_folder["out/a.nii.gz"]);
        Run(Own() with { TileStep = 0.25 }, [_folder["images/a.nii.gz"]], _folder["out"]);
        File.WriteAllText(_folder["out/a.nii.gz"], "torn");

        // When
        BundleReport again = Run(Own() with { TileStep = 0.25 }, [_folder["images/a.nii.gz"]], _folder["out"]);

        // Then
        Assert.StartsWith("cannot be read", Assert.Single(again.Outdated).Reason, StringComparison.Ordinal);
        Assert.Equal(first, File.ReadAllBytes(_folder["out/replaced/a.nii.gz"]));
        Assert.True(File.Exists(_folder["out/replaced/provenance/a.json"]));
        Assert.NotEmpty(ImageFile.ReadLabels(_folder["out/a.nii.gz"]).Voxels);
    }

    [Fact]
    public void Run_OverASegmentationOfUnknownOrigin_LeavesIt_UnlessItIsToldOtherwise()
    {
        // Given
        ImageFile.WriteLabels(_folder["out/a.nii.gz"], SmallModel.LowResolution());
        byte[] before = File.ReadAllBytes(_folder["out/a.nii.gz"]);

        // When
        BundleReport left = Run(Own(), [_folder["images/a.nii.gz"]], _folder["out"]);
        byte[] after = File.ReadAllBytes(_folder["out/a.nii.gz"]);
        BundleReport written = Run(Own(), [_folder["images/a.nii.gz"]], _folder["out"], new BundleRunOptions { Overwrite = true });

        // Then
        Assert.Equal("has no record of how it was made", Assert.Single(left.Unknown).Reason);
        Assert.Equal(before, after);
        Assert.Equal("a", Assert.Single(written.Cases).CaseId);
        Assert.NotEqual(before, File.ReadAllBytes(_folder["out/a.nii.gz"]));
    }

    [Fact]
    public void LoadedModels_KeepModels_AsFarAsMemoryAllows()
    {
        Bundle bundle = Own();
        BundleModel model = bundle.Models[0], other = model with { Folds = [] };
        using LoadedModels none = new(new BundleRunOptions(), keptBytes: 0), all = new(new BundleRunOptions(), keptBytes: 1 << 30);

        Load(none, bundle, [model, other, model]);
        Load(all, bundle, [model, other, model]);

        Assert.Equal((1, 2), (none.Count, all.Count));
    }

    private static void Load(LoadedModels models, Bundle bundle, IEnumerable<BundleModel> wanted)
    {
        foreach (BundleModel model in wanted) models.Load(bundle, model);
    }

    private static BundleReport Run(Bundle bundle, string[] inputs, string output, BundleRunOptions? options = null) => BundleRun.Run(bundle, inputs, output, options);

    private Bundle Own() => new()
    {
        Format = Bundle.CurrentFormat,
        Name = "mine",
        Description = "two halves",
        Labels = ["left", "right"],
        Models = [new BundleModel { Name = "all", ModelPath = _model.Folder }],
    };
}
