using System.Text.Json.Nodes;
using NnUNet.Core.Cropping;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Export;
using NnUNet.Core.Postprocessing;
using NnUNet.Files.Numpy;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>A data set of overlapping regions through the whole method: verified, trained, cross-validated, selected, ensembled, predicted, evaluated.</summary>
public sealed class RegionsTests(RegionsRun run) : IClassFixture<RegionsRun>
{
    private static readonly string[] Regions = ["whole tumour", "tumour core", "enhancing tumour"];

    [Fact]
    public void TheWholeMethod_SelectsByRegions_AndPredictsTheirLabels()
    {
        // When
        run.Whole.MustSucceed();

        // Then the table has regions, and the short training finds all of them
        Assert.Contains("whole tumour", run.Whole.Output, StringComparison.Ordinal);
        Assert.Contains("Best: ", run.Whole.Output, StringComparison.Ordinal);
        Assert.StartsWith("model,whole tumour,tumour core,enhancing tumour,average\n2d,", File.ReadAllText(Path.Combine(run.Workspace.EnsemblesFolder(RegionsRun.Task), "summary.csv")), StringComparison.Ordinal);
        foreach (string configuration in (string[])["2d", "3d_fullres"])
        {
            SegmentationSummary pooled = SegmentationSummary.Read(Path.Combine(run.ModelOf(configuration), "cv_niftis_raw", "summary.json"));
            Assert.Equal(Regions, pooled.Judged.Select(static s => s.Name));
            Assert.All(Regions, region => Assert.True(pooled.Mean(region) > 0.5, $"{configuration}, {region}: {pooled.Mean(region)}"));
            Assert.All(pooled.Results.Mean.Keys, static key => Assert.True(key == "mean" || int.TryParse(key, out _)));
            Assert.Superset(Regions.ToHashSet(), PostprocessingDecision.Read(Path.Combine(run.ModelOf(configuration), "postprocessing.json")).DicePerClassRaw.Keys.ToHashSet());
        }

        Assert.Equal([0, 1, 2, 3], ImageFile.ReadLabels(run["out/brain_5.nii.gz"]).Voxels.Distinct().Order().Select(static l => (int)l));
    }

    [Fact]
    public void AMergedValidationCase_IsPaintedOfTheMeanOfBothModelsProbabilities()
    {
        // Given a validation case of fold 0
        run.Whole.MustSucceed();
        string ensemble = Directory.GetDirectories(run.Workspace.EnsemblesFolder(RegionsRun.Task), "ensemble_*").Single();
        string segmentation = Directory.GetFiles(Path.Combine(run.ModelOf("2d"), "fold_0", "validation_raw"), "*.nii.gz").Order(StringComparer.Ordinal).First();
        string name = Path.GetFileName(segmentation)[..^".nii.gz".Length];

        // When
        float[][] each = [.. ((string[])["2d", "3d_fullres"]).Select(c => Probabilities(Path.Combine(run.ModelOf(c), "fold_0", "validation_raw", name + ".npz")))];
        short[] painted = Painted(Mean(each[0], each[1]));

        // Then
        Assert.Equal(painted, Cropped(Path.Combine(ensemble, "ensembled_raw", name + ".nii.gz"), Path.Combine(run.ModelOf("2d"), "fold_0", "validation_raw", name + ".npz")));
        Assert.Contains((short)3, painted);
    }

    [Fact]
    public void PredictionsOfBothModels_AreEnsembledAndScoredByRegions()
    {
        // Given
        run.Whole.MustSucceed();
        string images = Path.Combine(run.Raw, "imagesTs"), plugin = typeof(SmallToyTrainer).Assembly.Location;
        foreach (string configuration in (string[])["2d", "3d_fullres"])
        {
            run.Program("nnUNet_predict", "-i", images, "-o", run[configuration], "-t", "902", "-m", configuration, "-tr", SmallToyTrainer.Name, "-f", "0", "-z", "--disable_tta", "--plugin", plugin).MustSucceed();
        }

        // When
        run.Program("nnUNet_ensemble", "-f", run["2d"], run["3d_fullres"], "-o", run["merged"]).MustSucceed();
        ProgramResult scored = run.Program("nnUNet_evaluate_folder", "-ref", Path.Combine(run.Raw, "labelsTs"), "-pred", run["merged"], "-l", "1", "2", "3", "--json", run["scores.json"], "--html", run["report.html"]).MustSucceed();

        // Then
        float[] mean = Mean(Probabilities(run["2d/brain_5.npz"]), Probabilities(run["3d_fullres/brain_5.npz"]));
        Assert.Equal(Painted(mean), Cropped(run["merged/brain_5.nii.gz"], run["2d/brain_5.npz"]));
        JsonNode result = JsonNode.Parse(File.ReadAllText(run["scores.json"]))!["result"]!;
        Assert.Equal(Regions, result["regions"]!.AsArray().Select(static r => (string)r!["name"]!));
        Assert.All(Regions, region => Assert.True((double)result["mean"]![region]!["Dice"]! > 0.5));
        Assert.Equal(Regions.Average(region => (double)result["mean"]![region]!["Dice"]!), (double)result["foreground_mean_dice"]!, 1e-12);
        Assert.Contains("mean Dice of the regions", scored.Output, StringComparison.Ordinal);
        Assert.Contains("1 oedema", scored.Output, StringComparison.Ordinal);
        Assert.Contains("tumour core", File.ReadAllText(run["report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void TheModel_TellsItsRegions()
    {
        run.Whole.MustSucceed();

        ProgramResult told = run.Program("model_info", run.ModelOf("2d"), "--files_only").MustSucceed();
        ProgramResult exported = run.Program("export_python", run.ModelOf("3d_fullres"), "-o", run["python"], "-tr", "nnUNetTrainerV2BraTSRegions").MustSucceed();

        Assert.Contains("tumour core (2, 3), painted with 2", told.Output, StringComparison.Ordinal);
        Assert.Contains("Trainer: nnUNetTrainerV2BraTSRegions", exported.Output, StringComparison.Ordinal);
    }

    private static float[] Probabilities(string path) => [.. NpzFile.Read(path)["softmax"].ToArray<Half>().Select(static h => (float)h)];

    /// <summary>The mean as numpy takes it of float16: in float32, and rounded.</summary>
    private static float[] Mean(float[] one, float[] other) => [.. one.Zip(other, static (a, b) => (float)(Half)((a + b) / 2))];

    /// <summary>The label of the last region whose probability is above one half.</summary>
    private static short[] Painted(float[] probabilities)
    {
        int voxels = probabilities.Length / 3;
        return [.. Enumerable.Range(0, voxels).Select(i => (short)(probabilities[(2 * voxels) + i] > 0.5f ? 3 : probabilities[voxels + i] > 0.5f ? 2 : probabilities[i] > 0.5f ? 1 : 0))];
    }

    /// <summary>A segmentation's labels in the box that its probabilities cover, z slowest.</summary>
    private static short[] Cropped(string segmentation, string probabilities)
    {
        CaseProperties properties = ProbabilityFile.ReadProperties(probabilities)[0];
        Volume<short> labels = ImageFile.ReadLabels(segmentation);
        int[][] box = [.. properties.CropBbox.Select(static b => b.ToArray())];
        return
        [
            .. from z in Enumerable.Range(box[0][0], box[0][1] - box[0][0])
               from y in Enumerable.Range(box[1][0], box[1][1] - box[1][0])
               from x in Enumerable.Range(box[2][0], box[2][1] - box[2][0])
               select labels[z, y, x],
        ];
    }
}
