using System.Text;
using NnUNet.Core.Postprocessing;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Interop.V2.Results;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests.V2.Results;

public sealed class ResultPostprocessingTests : IDisposable
{
    private const string Function = "remove_all_but_largest_component_from_segmentation";
    private static readonly SummaryMeans NoScores = SummaryMeans.Of([], []);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ThenRead_IsTheSame_OfBothFiles()
    {
        // Given
        ResultPostprocessing made = new([ComponentStep.All([1, 2]), ComponentStep.Of(ComponentRegion.Joint([1, 2])), ComponentStep.Of(ComponentRegion.Of(2))]);

        // When
        made.Write(_folder.Root, NoScores, NoScores);

        // Then
        Assert.Equal(made, ResultPostprocessing.Read(_folder["postprocessing.pkl"]));
        File.Delete(_folder["postprocessing.pkl"]);
        Assert.Equal(made.Text, ResultPostprocessing.Read(_folder["postprocessing.pkl"]).Text.Replace("1, 2 together, then of 1, 2 together", "1, 2 together, then of (1, 2)", StringComparison.Ordinal));
    }

    [Fact]
    public void APickleOfPythonsPickler_IsRead()
    {
        // Given: pickle.dumps(([f], [{'labels_or_regions': [1, (2, 3)], 'background_label': 0}]), protocol=0), written by hand
        string module = "nnunetv2.postprocessing.remove_connected_components";
        File.WriteAllText(_folder["p.pkl"], $"((lc{module}\n{Function}\na(l(dVlabels_or_regions\n(lI1\na(I2\nI3\ntasVbackground_label\nI0\nsat.");

        // When
        ResultPostprocessing read = ResultPostprocessing.Read(_folder["p.pkl"]);

        // Then
        Assert.Equal([new ComponentStep([ComponentRegion.Of(1), ComponentRegion.Joint([2, 3])], true)], read.Steps);
    }

    [Theory]
    [InlineData("cposix\nsystem\n(Vtouch x\ntR.", "\"posix.system\"")]
    [InlineData("((lcnnunetv2.postprocessing.remove_connected_components\napply_postprocessing\na(l(dat.", "apply_postprocessing")]
    [InlineData("(lI1\na.", "no pair")]
    [InlineData("((lcnnunetv2.postprocessing.remove_connected_components\nremove_all_but_largest_component_from_segmentation\na(l(dVlabels_or_regions\nVx\nsat.", "labels_or_regions of step 1")]
    public void APickleThatAsksForSomethingElse_IsRefused(string pickle, string reason)
    {
        File.WriteAllBytes(_folder["p.pkl"], Encoding.ASCII.GetBytes(pickle));

        DescribedException error = Assert.ThrowsAny<DescribedException>(() => ResultPostprocessing.Read(_folder["p.pkl"]));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"postprocessing_fns": ["os.system"], "postprocessing_kwargs": [{"labels_or_regions": 1}]}""", "os.system")]
    [InlineData("""{"postprocessing_fns": [], "postprocessing_kwargs": [{"labels_or_regions": 1}]}""", "of one length")]
    [InlineData("""{"for_which_classes": [1]}""", "of one length")]
    [InlineData("""{"postprocessing_fns": ["remove_all_but_largest_component_from_segmentation"], "postprocessing_kwargs": [{"labels_or_regions": 1, "more": 2}]}""", "the argument more")]
    public void AJsonFileThatIsSomethingElse_IsRefused(string json, string reason)
    {
        File.WriteAllText(_folder["p.json"], json);

        Assert.Contains(reason, Assert.Throws<DescribedException>(() => ResultPostprocessing.Read(_folder["p.json"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyTheLargestPartStays_AndDiagonalNeighboursAreConnected()
    {
        // Given: three voxels that touch at corners and faces, and two beside each other
        Volume<short> labels = new([1, 0, 0, 0, 0, 2, 0, 2, 1, 0, 0, 1], new Extent(1, 2, 6));

        // When
        ComponentStep.All([1, 2]).Apply(labels);

        // Then
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0], labels.Voxels);
    }

    [Fact]
    public void OfEquallyLargeParts_AllStay()
    {
        Volume<short> labels = new([1, 0, 1, 0, 2], new Extent(1, 1, 5));

        ComponentStep.Of(ComponentRegion.Of(1)).Apply(labels);

        Assert.Equal([1, 0, 1, 0, 2], labels.Voxels);
    }

    [Fact]
    public void Determine_TakesWhatHelps_AndWritesIt()
    {
        // Given: label 1 has a stray voxel, label 2 is in two parts in the reference too
        Write("ref/a.nii.gz", [1, 1, 0, 0, 2, 0, 2, 2, 0, 0]);
        Write("pred/a.nii.gz", [1, 1, 0, 0, 2, 0, 2, 2, 0, 1]);
        ResultLabels labels = new() { FileEnding = ".nii.gz", AllLabels = [0, 1, 2] };

        // When
        ChosenPostprocessing chosen = PostprocessingChoice.Determine(_folder["pred"], _folder["ref"], labels, keep: true, new SegmentationLoop(1, 0, null, CancellationToken.None));

        // Then
        Assert.Equal([ComponentStep.Of(ComponentRegion.Of(1))], chosen.Postprocessing.Steps);
        Assert.Equal([false, true, false], chosen.Trials.Select(static t => t.IsUsed));
        Assert.Equal(1, chosen.After.ForegroundDice);
        Assert.Equal(chosen.Postprocessing, ResultPostprocessing.Read(_folder["pred/postprocessing.pkl"]));
        Assert.Equal([1, 1, 0, 0, 2, 0, 2, 2, 0, 0], ImageFile.ReadLabels(_folder["pred/postprocessed/a.nii.gz"]).Voxels);
        Assert.Equal(1, SummaryMeans.Read(_folder["pred/postprocessed/summary.json"]).ForegroundDice);
        Assert.Contains("\"labels_or_regions\": 1", File.ReadAllText(_folder["pred/postprocessing.json"]), StringComparison.Ordinal);
        Assert.IsType<PickleTuple>(PickleFile.Read(_folder["pred/postprocessing.pkl"], new PickleOptions
        {
            Values = new Dictionary<string, object> { ["nnunetv2.postprocessing.remove_connected_components." + Function] = Function },
        }));
    }

    private void Write(string name, short[] voxels) => ImageFile.WriteLabels(_folder[name], new Volume<short>(voxels, new Extent(1, 1, voxels.Length)));
}
