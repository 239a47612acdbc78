using NnUNet.Core.Cropping;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Workflows.Prediction;
using Xunit.Abstractions;

namespace NnUNet.Torch.Tests.Inference;

/// <summary>From model folders of nnU-Net v2 as they lie to its logits, probabilities and segmentations.</summary>
public sealed class V2ModelPredictionTests(ITestOutputHelper output) : LeakCheckedTest
{
    // The original adds up in float16: a logit of 16 is rounded by 2^-7, and so is each sum of weights.
    private const double SumsOfHalves = 0.06;

    // The sum of weights from which on the steps of float16 are less than a thousandth.
    private const double LeastWeight = 1e-3;

    // Of the voxels, at least these are to be equal.
    private const double Agreement = 0.9999;

    private static readonly Dictionary<string, string> Folders = new()
    {
        ["plain_2d"] = "nnUNetTrainer__nnUNetPlans__2d",
        ["plain_3d"] = "nnUNetTrainer__nnUNetPlans__3d_fullres",
        ["resencm_3d"] = "nnUNetTrainer__nnUNetResEncUNetMPlans__3d_fullres",
    };

    public static TheoryData<string, bool> Models
    {
        get
        {
            TheoryData<string, bool> data = [];
            foreach (string model in Folders.Keys)
            {
                data.Add(model, true);
                data.Add(model, false);
            }

            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Models))]
    public void PredictPreprocessed_AnImageOfSeveralTiles_GivesTheOriginalsLogits(string model, bool mirror)
    {
        // Given
        IReadOnlyDictionary<string, GoldenArray> recorded = GoldenArrays.Read($"model_v2/network/{model}/multi_tile.npz");
        GoldenArray data = recorded["data"];
        Extent extent = new((int)data.Shape[1], (int)data.Shape[2], (int)data.Shape[3]);
        PreprocessedCase prepared = new(new MultiChannelArray<float>(extent, data.Values), null, CasePreprocessor.Run([new Volume<float>([.. data.Values.Select(static v => v == 0 ? 1e-3f : v)], extent)], null, [], Recipe(model)).Properties);

        // When
        using Segmenter segmenter = Segmenter.Load(Folder(model), Options(mirror));
        MultiChannelArray<float> logits = segmenter.PredictPreprocessed(prepared);

        // Then
        Compare($"{model} tiles {Name(mirror)}", segmenter.Model.Contract.Tiles.Size, recorded["logits_" + Name(mirror)].Values, logits);
    }

    [SkippableTheory]
    [MemberData(nameof(Models))]
    public void PredictPreprocessed_ACase_GivesTheOriginalsLogits(string model, bool mirror)
    {
        using Segmenter segmenter = Segmenter.Load(Folder(model), Options(mirror));
        foreach (string caseId in (string[])["hippocampus_098", "hippocampus_104"])
        {
            // Given
            GoldenArray recorded = GoldenArrays.Read($"model_v2/network/{model}/logits_{caseId}.npz")["logits_" + Name(mirror)];
            PreprocessedCase prepared = CasePreprocessor.Run(CaseReader.ReadChannels([Image(caseId)]), null, [], segmenter.Model.Contract.Preprocessing);

            // When
            MultiChannelArray<float> logits = segmenter.PredictPreprocessed(prepared);

            // Then
            Compare($"{model} {caseId} {Name(mirror)}", segmenter.Model.Contract.Tiles.Size, recorded.Values, logits);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Models))]
    public void Run_ARecordedModel_SegmentsAsTheOriginal(string model, bool mirror)
    {
        // Given
        string expected = TestData.Golden($"model_v2/predictions/{model}/{Name(mirror)}");
        using TemporaryFolder input = new(), results = new();
        string[] cases = [.. Directory.GetFiles(expected, "*.nii.gz").Select(static f => Path.GetFileName(f)[..^".nii.gz".Length]).Order(StringComparer.Ordinal)];
        foreach (string one in cases) File.Copy(Image(one), input[one + "_0000.nii.gz"]);

        // When
        PredictReport report = PredictRun.Run(Folder(model), input.Root, results.Root, new PredictRunOptions { SaveProbabilities = true, Predict = Options(mirror) });

        // Then
        Assert.Empty(report.Failures);
        Assert.Equal(cases, report.Predicted);
        (long differ, long voxels) = (0, 0);
        foreach (string one in cases)
        {
            Volume<short> wanted = ImageFile.ReadLabels(Path.Combine(expected, one + ".nii.gz")), labels = ImageFile.ReadLabels(results[one + ".nii.gz"]);
            Assert.Equal(wanted.Geometry, labels.Geometry);
            differ += wanted.Voxels.Zip(labels.Voxels).Count(static v => v.First != v.Second);
            voxels += labels.Voxels.Length;
            string probabilities = Path.Combine(expected, one + ".npz");
            if (!File.Exists(probabilities)) continue;

            double largest = Golden.AssertClose($"{model} {one}: probabilities", NpzFile.Read(probabilities)["probabilities"].ToArray<float>(), NpzFile.Read(results[one + ".npz"])["probabilities"].ToArray<float>(), 0.02);
            output.WriteLine($"{model} {Name(mirror)} {one}: probabilities, largest difference {largest:R}");
        }

        output.WriteLine($"{model} {Name(mirror)}: of {voxels} voxels {differ} differ");
        Assert.InRange(differ, 0, (long)(voxels * (1 - Agreement)));
    }

    private static PredictOptions Options(bool mirror) => new() { Mirror = mirror, Precision = ComputePrecision.Float32, Folds = ["0"] };

    private static string Name(bool mirror) => mirror ? "tta" : "notta";

    private static string Folder(string model) => TestData.Golden($"model_v2/results/Dataset004_Hippocampus/{Folders[model]}");

    private static string Image(string caseId) => TestData.Data($"Task04_Hippocampus/imagesTs/{caseId}.nii.gz");

    private static PreprocessingRecipe Recipe(string model) => ModelFolder.Open(Folder(model)).Contract.Preprocessing;

    private void Compare(string name, ValueArray<int> tile, float[] expected, MultiChannelArray<float> logits)
    {
        float[] actual = [.. Enumerable.Range(0, logits.Channels).SelectMany(k => logits[k])];
        bool[] known = Known(logits.Extent, tile);
        int voxels = (int)logits.Extent.Count;
        for (int i = 0; i < actual.Length; i++)
        {
            if (!known[i % voxels]) actual[i] = expected[i];
        }

        double largest = Golden.AssertClose(name, expected, actual, SumsOfHalves);
        int differ = Enumerable.Range(0, voxels).Count(i => Best(expected, voxels, i) != Best(actual, voxels, i));
        output.WriteLine($"{name}: largest difference {largest:R} of logits up to {expected.Max(Math.Abs):R}; of {voxels} voxels {differ} differ; {known.Count(static k => !k)} at the corners of tiles are left out");
        Assert.InRange(differ, 0, (int)(voxels * (1 - Agreement)));
    }

    /// <summary>Where the weights of all tiles sum up to what float16 holds: its smallest step is 6e-8, to which the original rounds weights and weighted logits alike.</summary>
    private static bool[] Known(Extent extent, ValueArray<int> tile)
    {
        SlidingWindowTiles tiles = new(extent, tile.AsSpan(), 0.5, gaussian: true, peak: 10);
        double[][] weights = [.. Enumerable.Range(0, 3).Select(axis => Weights(tiles, axis, isSlice: axis == 0 && tile.Count == 2))];
        return [.. Enumerable.Range(0, (int)extent.Count).Select(i => 10 * weights[0][i / extent.SliceCount] * weights[1][i / extent.X % extent.Y] * weights[2][i % extent.X] > LeastWeight)];
    }

    /// <summary>The sum of the tiles' Gaussians along an axis of the image, also where one tile has all of it.</summary>
    private static double[] Weights(SlidingWindowTiles tiles, int axis, bool isSlice)
    {
        double[] bell = isSlice ? [1] : SlidingWindowTiles.Gaussian(tiles.Tile[axis]);
        return [.. Enumerable.Range(tiles.PadBefore[axis], tiles.Image[axis]).Select(at => tiles.Starts[axis].Where(start => at >= start && at < start + bell.Length).Sum(start => bell[at - start]))];
    }

    private static int Best(float[] values, int voxels, int voxel)
    {
        int best = 0;
        for (int k = 1; k < values.Length / voxels; k++)
        {
            if (values[(k * voxels) + voxel] > values[(best * voxels) + voxel]) best = k;
        }

        return best;
    }
}
