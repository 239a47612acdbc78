using NnUNet.Core.Bundles;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Bundles;

public sealed class BundleDescriptionsTests
{
    private const string Sound = """
        {"format": "nnunet/bundle/1", "name": "mine", "description": "x", "labels": ["a", "b", "c"], "auxiliary_labels": ["c"],
         "grid": {"spacing": [1.5, 1.5, 1.5]}, "crop": {"bundle": "total_fastest", "labels": ["liver"], "margin_mm": [10, 10, 10]},
         "split": {"voxels": 1000, "slices": 60, "parts": 3, "margin": 20}, "cleaning": [{"step": "keep_largest_component", "labels": ["a"]}],
         "models": [{"name": "m", "dataset": "4", "labels": ["a", "", "c"]}]}
        """;

    [Fact]
    public void All_AreValid_AndSayTheSameWhenTheyArePrinted()
    {
        IReadOnlyList<Bundle> all = BundleDescriptions.All();

        Assert.Equal(
            [
                "body", "body_fast", "body_mr", "total", "total_fast", "total_fastest", "total_mr", "total_mr_fast", "total_mr_fastest", "total_v3", "total_v3_fast", "total_v3_fastest", "total_v3_small",
                "total_v3_small_fast", "vertebrae_body", "vertebrae_pp", "vertebrae_pp_refined",
            ],
            all.Select(static b => b.Name));
        Assert.All(all, static b => Assert.Equal(ProductJson.Print(b), ProductJson.Print(ProductJson.Parse<Bundle>("again", ProductJson.Print(b)))));
        Assert.All(all, static b => Assert.NotEmpty(b.Sources));
        Assert.All(all.SelectMany(static b => b.Models), static m => Assert.Equal($"{m.Dataset}.zip", Path.GetFileName(m.Download!.Url)));
    }

    [Fact]
    public void All_LeadOnlyToBundlesThatThereAre()
    {
        Bundle[] all = [.. BundleDescriptions.All()];

        Assert.All(all, static b => Assert.NotEmpty(BundleDescriptions.Chain(b, static crop => crop.Robust ?? crop.Bundle)));
        Assert.All(all.Where(static b => b.RoiCrop is not null), static b => Assert.NotNull(BundleDescriptions.Cropping(b, b.RoiCrop!, b.RoiCrop!.Robust ?? b.RoiCrop.Bundle)));
        Assert.All(all.SelectMany(static b => CleaningSteps.Finishing(b, []).Where(static s => s.Mask is not null).Select(s => (b, s.Mask!))), static m => Assert.NotNull(BundleDescriptions.Masking(m.b, m.Item2)));
        Assert.All(all.SelectMany(static b => b.Variants?.Select(v => (b, v.Key)) ?? []), static v => Assert.NotNull(BundleDescriptions.Variant(v.b, v.Key)));
    }

    [Theory]
    [InlineData("total", 117, 5, "vertebrae_S1")]
    [InlineData("total_v3", 117, 5, "vertebrae_L6")]
    [InlineData("total_mr", 50, 2, "prostate")]
    [InlineData("body", 2, 1, "body_trunc")]
    [InlineData("vertebrae_pp_refined", 24, 1, "vertebrae_L5")]
    public void Find_ByName_GivesItsLabelsAndModels(string name, int labels, int models, string label)
    {
        Bundle bundle = BundleDescriptions.Find(name);

        Assert.Equal((labels, models), (bundle.NamedLabels().Count, bundle.Models.Count));
        Assert.NotEqual(0, bundle.ValueOf(label));
    }

    [Fact]
    public void Total_FindsEveryLabelByExactlyOneModel()
    {
        Bundle total = BundleDescriptions.Find("total");

        short[] found = [.. total.Models.SelectMany(m => new PartLabels(total, m).Found).Order()];

        Assert.Equal(Enumerable.Range(1, 117).Select(static v => (short)v), found);
        Assert.Equal([24, 26, 18, 23, 26], total.Models.Select(static m => m.Labels.Count));
        Assert.Equal((0.8, 235929600L), (total.TileStep, total.Split!.Voxels));
    }

    [Fact]
    public void Find_ALicensedTask_SaysSo()
    {
        DescribedException error = Assert.Throws<DescribedException>(() => BundleDescriptions.Find("heartchambers_highres"));

        Assert.Contains("handed out for a licence only", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_AnUnknownName_ProposesTheNearest()
    {
        DescribedException error = Assert.Throws<DescribedException>(() => BundleDescriptions.Find("totl"));

        Assert.Contains("did you mean total", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_AFile_ReadsIt_AndKnowsItsFolder()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["mine.json"], Sound);

        Bundle bundle = BundleDescriptions.Find(folder["mine.json"]);

        Assert.Equal(("mine", folder.Root), (bundle.Name, bundle.Folder));
        Assert.Equal([((short)1, "a"), ((short)2, "b")], bundle.NamedLabels());
    }

    [Fact]
    public void Chain_ThatLeadsBack_IsRefused()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["mine.json"], Sound.Replace("total_fastest", "other.json", StringComparison.Ordinal).Replace("liver", "a", StringComparison.Ordinal));
        File.WriteAllText(folder["other.json"], Sound.Replace("\"mine\"", "\"other\"", StringComparison.Ordinal).Replace("total_fastest", "mine.json", StringComparison.Ordinal).Replace("liver", "a", StringComparison.Ordinal));

        DescribedException error = Assert.Throws<DescribedException>(() => BundleDescriptions.Chain(BundleDescriptions.Find(folder["mine.json"]), static crop => crop.Bundle));

        Assert.Contains("its crop leads back to itself: mine - other - mine", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Chain_ThatCropsAroundWhatIsNotFound_IsRefused()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["mine.json"], Sound.Replace("liver", "livr", StringComparison.Ordinal));

        DescribedException error = Assert.Throws<DescribedException>(() => BundleDescriptions.Chain(BundleDescriptions.Find(folder["mine.json"]), static crop => crop.Bundle));

        Assert.Contains("it crops around livr, which total_fastest does not find; did you mean liver?", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nnunet/bundle/1", "nnunet/bundle/2", "format is \"nnunet/bundle/2\", but this program reads nnunet/bundle/1")]
    [InlineData("\"name\": \"mine\"", "\"name\": \"my bundle\"", "name is \"my bundle\", but must be of letters")]
    [InlineData("[\"a\", \"b\", \"c\"]", "[\"a\", \"A\", \"c\"]", "labels has a twice")]
    [InlineData("[\"a\", \"b\", \"c\"]", "[\"a\", \"../b\", \"c\"]", "labels has \"../b\", but names are those of files too")]
    [InlineData("\"auxiliary_labels\": [\"c\"]", "\"auxiliary_labels\": [\"d\"]", "auxiliary_labels has \"d\"")]
    [InlineData("[1.5, 1.5, 1.5]", "[1.5, 0, 1.5]", "grid.spacing is")]
    [InlineData("[1.5, 1.5, 1.5]", "[1.5, 1.5, 1.5], \"orientation\": \"RAX\"", "grid.orientation is \"RAX\"")]
    [InlineData("[1.5, 1.5, 1.5]", "[1.5, 1.5, 1.5], \"order\": 2", "grid.order is 2, but must be 0, 1 or 3")]
    [InlineData("[1.5, 1.5, 1.5]", "[1.5, 1.5, 1.5], \"resampler\": \"corner_zoom\"", "grid.resampler is \"corner_zoom\", which is no resampler")]
    [InlineData("\"labels\": [\"liver\"], \"margin_mm\"", "\"labels\": [], \"margin_mm\"", "crop.labels is [], but must name what the image is cropped around")]
    [InlineData("[10, 10, 10]", "[10, 10]", "crop.margin_mm is")]
    [InlineData("\"slices\": 60", "\"slices\": 59", "split.slices is 59, but must be at least parts x margin (60)")]
    [InlineData("keep_largest_component", "keep_largest", "cleaning[0].step is \"keep_largest\", which is no step; did you mean keep_largest_component?")]
    [InlineData("\"labels\": [\"a\"]}", "\"labels\": [\"x\"]}", "x is none of the bundle's labels")]
    [InlineData("\"labels\": [\"a\"]}", "\"label\": [\"a\"]}", "cleaning[0] has the key \"label\"")]
    [InlineData("\"dataset\": \"4\"", "\"dataset\": \"four\"", "models[0].dataset is \"four\"")]
    [InlineData("\"dataset\": \"4\", ", "", "models[0] must have either dataset or folder")]
    [InlineData("\"dataset\": \"4\"", "\"dataset\": \"4\", \"trainer\": \"a/b\"", "models[0].trainer is \"a/b\"")]
    [InlineData("\"dataset\": \"4\"", "\"dataset\": \"4\", \"folds\": [\"x\"]", "models[0].folds has \"x\"")]
    [InlineData("\"dataset\": \"4\"", "\"dataset\": \"4\", \"channels\": [\"pet\"]", "models[0].channels has \"pet\"")]
    [InlineData("\"dataset\": \"4\"", "\"dataset\": \"4\", \"download\": {\"url\": \"http://x\"}", "models[0].download.url is \"http://x\"")]
    [InlineData("\"description\": \"x\"", "\"description\": \"x\", \"tile_step\": 0", "tile_step is 0")]
    [InlineData("\"description\": \"x\"", "\"description\": \"x\", \"chanels\": []", "the file has the key \"chanels\"; did you mean channels?")]
    public void Read_AFaultyFile_SaysWhatIsWrong(string from, string to, string expected)
    {
        DescribedException error = Assert.ThrowsAny<DescribedException>(() => ProductJson.Parse<Bundle>("mine.json", Sound.Replace(from, to, StringComparison.Ordinal)));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralFaults_TellsAllInOneMessage()
    {
        string faulty = Sound.Replace("[1.5, 1.5, 1.5]", "[0, 1, 1]", StringComparison.Ordinal).Replace("\"dataset\": \"4\"", "\"dataset\": \"four\"", StringComparison.Ordinal);

        DescribedException error = Assert.ThrowsAny<DescribedException>(() => ProductJson.Parse<Bundle>("mine.json", faulty));

        Assert.Contains("grid.spacing", error.Message, StringComparison.Ordinal);
        Assert.Contains("models[0].dataset", error.Message, StringComparison.Ordinal);
    }
}
