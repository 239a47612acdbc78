using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Interop.V1;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;

namespace NnUNet.Torch.Tests.Inference;

/// <summary>Models of the original's BraTS trainers, written as it writes them: plan of classes 1 to 3, a network of three outputs, and no word of regions but the trainer's name.</summary>
public sealed class V1RegionModelTests : LeakCheckedTest
{
    private const string Trainer = "nnUNetTrainerV2BraTSRegions";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Predict_AModelOfTheOriginal_PaintsWhatOursPaints()
    {
        // Given one of ours with two folds, and the same in the original's files
        string ours = Ours();
        V1ExportReport report = V1Exporter.Export(ModelFolder.Open(ours), _folder["v1"], Trainer);
        Assert.Empty(report.Warnings);
        PickleDictionary plans = (PickleDictionary)PickleFile.Read(_folder["v1/plans.pkl"])!;
        Assert.DoesNotContain("regions", plans.Keys.OfType<string>());

        // When
        ModelFolder model = ModelFolder.Open(_folder["v1"]);
        (SegmentationResult first, SegmentationResult second) = (Predict(ours), Predict(_folder["v1"]));

        // Then
        Assert.Equal("nnU-Net v1 (Python)", model.Format.Title);
        Assert.Equal(OutputContract.V1Regions, model.Contract.Outputs);
        Assert.Equal(["whole tumor (1, 2, 3)", "tumor core (2, 3)", "enhancing tumor (3)"], model.Contract.Labels.Regions.Select(static r => r.ToString()));
        Assert.Equal(3, model.Contract.Labels.Outputs);
        Assert.Equal(first.Segmentation.Voxels, second.Segmentation.Voxels);
        for (int k = 0; k < 3; k++) Assert.Equal(first.Probabilities![k], second.Probabilities![k]);
        Assert.Equal(Painted(second), second.Segmentation.Voxels);
        Assert.Contains(second.Segmentation.Voxels, static l => l > 0);
    }

    [Fact]
    public void Open_ATrainerThatNobodyKnows_LearnedWhatItsDebugFileSays()
    {
        // Given
        V1Exporter.Export(ModelFolder.Open(Ours()), _folder["v1"], Trainer);
        Rename("myTrainer");
        File.WriteAllText(_folder["v1/fold_0/debug.json"], """{"regions": "{'all of it': (1, 2, 3), 'core': [2, 3], 'top': (3,)}", "regions_class_order": "(1, 2, 3)"}""");

        // When
        ModelFolder told = ModelFolder.Open(_folder["v1"]);
        File.WriteAllText(_folder["v1/fold_0/debug.json"], """{"regions": "what is this", "regions_class_order": "[1, 3, 2]"}""");
        ModelFolder half = ModelFolder.Open(_folder["v1"]);

        // Then regions that nobody lists are painted all the same
        Assert.Equal(["all of it (1, 2, 3)", "core (2, 3)", "top (3)"], told.Contract.Labels.Regions.Select(static r => r.ToString()));
        Assert.Empty(half.Contract.Labels.Regions);
        Assert.Equal([1, 3, 2], half.Contract.Labels.RegionsClassOrder);
        Assert.Equal(3, half.Contract.Labels.Outputs);
    }

    [Theory]
    [InlineData("nnUNetTrainerV2", true, "but nnUNetTrainerV2 of the original predicts the background and the classes", "nnUNetTrainerV2BraTSRegions_DA3")]
    [InlineData("nnUNetTrainerV2BraTSRegions", false, "the model's outputs are the background and the classes, but nnUNetTrainerV2BraTSRegions of the original predicts the regions whole tumor (1, 2, 3) as 1", "predicts classes")]
    public void Export_ToATrainerOfOtherOutputs_IsRefused(string trainer, bool regions, string reason, string remedy)
    {
        ModelFolder model = ModelFolder.Open(Ours(regions));

        DescribedException error = Assert.Throws<DescribedException>(() => V1Exporter.Export(model, _folder["v1"], trainer));

        Assert.Contains(reason, error.What, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["v1"]));
    }

    [Fact]
    public void Export_RegionsThatTheOriginalDoesNotHave_IsRefusedUnlessATrainerOfOnesOwnIsNamed()
    {
        ModelFolder model = ModelFolder.Open(Ours(order: [3, 2, 1]));

        DescribedException error = Assert.Throws<DescribedException>(() => V1Exporter.Export(model, _folder["a"], Trainer));
        V1ExportReport report = V1Exporter.Export(model, _folder["b"], "myTrainer");

        Assert.Contains("the original has no trainer that predicts these regions", error.Remedy, StringComparison.Ordinal);
        Assert.Contains(report.Warnings, static w => w.Contains("the original has no trainer myTrainer", StringComparison.Ordinal));
    }

    protected override void Dispose(bool disposing)
    {
        _folder.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>A model of ours with two folds of untrained weights, of BraTS regions or of classes.</summary>
    private string Ours(bool regions = true, int[]? order = null)
    {
        using SmallModel small = new();
        Plan plan = ModelFolder.Open(small.Folder).Plan! with { NumClasses = 3, AllClasses = [1, 2, 3] };
        LabelContract none = PlanContract.LabelsOf(plan);
        Assert.Equal(4, none.Outputs);
        if (regions) plan = plan with { Regions = [new("whole tumor", [1, 2, 3]), new("tumor core", [2, 3]), new("enhancing tumor", [3])], RegionsClassOrder = (order ?? [1, 2, 3]).ToValueArray() };
        if (order is not null) plan = plan with { Regions = [new("whole tumor", [1, 2, 3]), new("tumor core", [1, 2]), new("enhancing tumor", [1])] };
        NetworkDescription network = new GenericUNetFactory().Describe(plan, 0);
        string folder = _folder[$"ours/3d_fullres/Task082_BraTS/{Trainer}__nnUNetPlansv2.1"];
        ProductJson.Write(Path.Combine(folder, Plan.ModelFileName), plan with { Network = network });
        for (int fold = 0; fold < 2; fold++)
        {
            using SegmentationNetwork weights = NetworkFactory.Create(network);
            weights.Initialize((ulong)(21 + fold));
            Checkpoint.Save(Path.Combine(folder, $"fold_{fold}/model_final_checkpoint.safetensors"), weights, null, new { epoch = 0 });
        }

        return folder;
    }

    private void Rename(string trainer)
    {
        foreach (string path in Directory.GetFiles(_folder["v1"], "*.model.pkl", SearchOption.AllDirectories))
        {
            PickleDictionary content = (PickleDictionary)PickleFile.Read(path)!;
            content["name"] = trainer;
            PickleFile.Write(path, content);
        }
    }

    private static SegmentationResult Predict(string folder)
    {
        using Segmenter segmenter = Segmenter.Load(folder, new PredictOptions { KeepProbabilities = true, Precision = ComputePrecision.Float32 });
        return segmenter.Predict(new Volume<float>(SmallModel.Image(13, 12, 14).Voxels, new Extent(13, 12, 14), ImageGeometry.FromSpacing(new Spacing(2, 2, 2))));
    }

    private static short[] Painted(SegmentationResult result)
    {
        (float[] whole, float[] core, float[] top) = (result.Probabilities![0], result.Probabilities[1], result.Probabilities[2]);
        return [.. Enumerable.Range(0, whole.Length).Select(i => (short)(top[i] > 0.5f ? 3 : core[i] > 0.5f ? 2 : whole[i] > 0.5f ? 1 : 0))];
    }
}
