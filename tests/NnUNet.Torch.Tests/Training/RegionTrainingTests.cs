using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Postprocessing;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>Training on regions: those of the data set, those of a trainer, and what contradicts each other.</summary>
public sealed class RegionTrainingTests : LeakCheckedTest
{
    private const string Ball = "\"regions\": {\"ball\": [1, 2], \"core\": [2]}, \"regions_class_order\": [1, 2]";

    private readonly ToyTask _task = new();

    [Fact]
    public void Execute_RegionsOfTheDataSet_AreLearnedValidatedAndScored()
    {
        // Given
        Declare(Ball);
        List<TrainingProgress> told = [];

        // When
        TrainingResult result = TrainingRun.Execute(_task.Options with { Epochs = 3, Iterations = 60, CheckpointInterval = TimeSpan.FromMinutes(1), Validation = new ValidationOptions { SaveProbabilities = true } }, new Watch(told.Add));

        // Then the model says so
        ModelFolder model = ModelFolder.Open(_task.ModelPath);
        Assert.Equal(OutputContract.V1Regions, model.Contract.Outputs);
        Assert.Equal([new("ball", [1, 2]), new("core", [2])], model.Contract.Labels.Regions);
        Assert.Equal([1, 2], model.Contract.Labels.RegionsClassOrder);
        Assert.Equal(2, (int)JsonNode.Parse(model.Network.Arguments.GetRawText())!["num_classes"]!);
        Assert.Equal(["ball (1, 2), painted with 1", "core (2), painted with 2"], ModelFacts.Of(model).Regions);
        Assert.Equal("DC_and_BCE_loss", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(_task.FoldPath, "debug.json")))!["settings"]!["loss"]);

        // And so do the pseudo Dice, one a region, the scores, and what was painted of the probabilities
        Assert.All(told.Where(static t => t.Record is not null), static t => Assert.Equal(2, t.Record!.DicePerClass.Count));
        Assert.True(told.Last(static t => t.Record is not null).Record!.DicePerClass[0] > 0.5, $"{told.Last(static t => t.Record is not null).Record!.DicePerClass}");
        SegmentationSummary summary = SegmentationSummary.Read(Path.Combine(_task.FoldPath, "validation_raw", "summary.json"));
        Assert.Equal(["ball", "core"], summary.Judged.Select(static s => s.Name));
        Assert.Equal(result.Summary!.ForegroundMean(), summary.ForegroundMean());
        Assert.True(summary.Mean("ball") > 0.5, $"{summary.Mean("ball")}");
        Assert.StartsWith("casename,ball,core\n", File.ReadAllText(Path.Combine(_task.FoldPath, "validation_raw", RegionTable.FileName)), StringComparison.Ordinal);
        Assert.Equal(["1", "2", "ball", "core"], PostprocessingDecision.Read(Path.Combine(_task.FoldPath, "postprocessing.json")).DicePerClassRaw.Keys);
        Assert.All(summary.Results.All, static c => AssertPainted(c.Test!));
    }

    [Fact]
    public void Continue_WithOtherRegions_IsRefused()
    {
        // Given a training that is not done
        Declare(Ball);
        using CancellationTokenSource cancel = new();
        TrainingRun.Execute(_task.Options, new Watch(t => cancel.CancelOnceIn(TrainingPhase.EpochDone, t.Phase)), cancel.Token);

        // When the core becomes the rim
        Declare("\"regions\": {\"ball\": [1, 2], \"rim\": [1]}, \"regions_class_order\": [2, 1]");
        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(_task.Options with { Continue = true }));

        // Then
        Assert.Contains("regions ", error.What, StringComparison.Ordinal);
        Assert.Contains("rim", error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nnUNetTrainerV2_focalLoss", Ball, "it knows classes only, but the data set declares the regions ball (1, 2), core (2)")]
    [InlineData("nnUNetTrainerV2BraTSRegions", Ball, "the data set declares the regions ball (1, 2) as 1, core (2) as 2, but nnUNetTrainerV2BraTSRegions learns whole tumor (1, 2, 3) as 1")]
    [InlineData("nnUNetTrainerV2BraTSRegions", "\"name\": \"Toy\"", "but the plan's labels are [1, 2]: the region \"whole tumor\" has the label 3, which is not declared")]
    public void Execute_TrainersThatCannotLearnTheRegions_AreRefused(string trainer, string declared, string reason)
    {
        Declare(declared);

        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(_task.Options with { Trainer = trainer }));

        Assert.Contains(reason, error.What, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_task.FoldPath));
    }

    [Fact]
    public void In_ATrainersRegions_ComeWithIt()
    {
        using TemporaryFolder folder = new();
        Plan plan = Labels3(ToyTask.Plan([8, 16, 16], "data"));
        TrainerRecipe brats = Catalog<TrainerRecipe>.Create("nnUNetTrainerV2BraTSRegions");

        Plan trained = TrainedRegions.In(plan, "plan", brats, "nnUNetTrainerV2BraTSRegions", folder.Root);
        TrainingDesign design = new(brats, "Task900_Toy", trained, 0);

        Assert.Equal(["whole tumor", "tumor core", "enhancing tumor"], trained.Regions.Select(static r => r.Name));
        Assert.Equal([1, 2, 3], trained.RegionsClassOrder);
        Assert.Equal("DC_and_BCE_loss_smooth0", design.Loss);
        Assert.Equal(3, (int)JsonNode.Parse(design.Network.Arguments.GetRawText())!["num_classes"]!);
    }

    [Fact]
    public void In_TheSameRegionsUnderOtherNames_KeepTheDataSets()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder[DatasetDescription.FileName], Description("\"regions\": {\"all\": [3, 2, 1], \"middle\": [2, 3], \"top\": [3]}, \"regions_class_order\": [1, 2, 3]", 3));

        Plan trained = TrainedRegions.In(Labels3(ToyTask.Plan([8, 16, 16], "data")), "plan", Catalog<TrainerRecipe>.Create("nnUNetTrainerV2BraTSRegions_Dice"), "nnUNetTrainerV2BraTSRegions_Dice", folder.Root);

        Assert.Equal(["all", "middle", "top"], trained.Regions.Select(static r => r.Name));
    }

    [Theory]
    [InlineData("nnUNetTrainerV2BraTSRegions", "DC_and_BCE_loss_smooth0", false, false, 0)]
    [InlineData("nnUNetTrainerV2BraTSRegions_Dice", "SoftDiceLoss_sigmoid_smooth0", false, false, 0)]
    [InlineData("nnUNetTrainerV2BraTSRegions_DA3", "DC_and_BCE_loss_smooth0", false, false, 30)]
    [InlineData("nnUNetTrainerV2BraTSRegions_DA3_BD", "DC_and_BCE_loss_smooth0", true, false, 30)]
    [InlineData("nnUNetTrainerV2BraTSRegions_DA3_BN", "DC_and_BCE_loss_smooth0", false, true, 30)]
    [InlineData("nnUNetTrainerV2BraTSRegions_DA3_BN_BD", "DC_and_BCE_loss_smooth0", true, true, 30)]
    [InlineData("nnUNetTrainerV2BraTSRegions_DA4_BN", "DC_and_BCE_loss_smooth0", false, true, 90)]
    [InlineData("nnUNetTrainerV2BraTSRegions_DA4_BN_BD", "DC_and_BCE_loss_smooth0", true, true, 90)]
    [InlineData("nnUNetTrainerV2BraTSRegions_BN", "DC_and_CE_loss", null, true, 0)]
    public void BraTSTrainers_AreTheOriginals(string name, string loss, bool? batchDice, bool batchNorm, int strongDegrees)
    {
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(name);
        ConfigurationPlan stage = ToyTask.Plan([16, 16, 16], "data").PlansPerStage[0];
        NetworkDescription network = recipe.DescribeNetwork(ToyTask.Plan([16, 16, 16], "data"), 0);

        Assert.Equal(loss, recipe.Loss);
        Assert.Equal((batchDice ?? true, batchDice ?? false), (recipe.BatchDice(true), recipe.BatchDice(false)));
        Assert.Equal(batchNorm, network.Arguments.GetRawText().Contains("BatchNorm", StringComparison.Ordinal));
        Assert.Equal(strongDegrees == 0 ? Math.PI / 6 : strongDegrees * Math.PI / 180, recipe.AugmentationFor(stage).Spatial.MaxAngle.Z, 1e-12);
        Assert.Equal(strongDegrees > 0, recipe.AugmentationFor(stage).Spatial.Elastic is not null);
        Assert.Equal(name.EndsWith("s_BN", StringComparison.Ordinal), recipe.Regions is null);
    }

    protected override void Dispose(bool disposing)
    {
        _task.Dispose();
        base.Dispose(disposing);
    }

    private void Declare(string more)
    {
        string path = Path.Combine(_task.Workspace.PreprocessedTask("Task900_Toy"), DatasetDescription.FileName);
        File.WriteAllText(path, Description(more, 2));
    }

    private static string Description(string more, int labels) =>
        $"{{\"modality\": {{\"0\": \"MRI\"}}, \"labels\": [\"background\", {string.Join(", ", Enumerable.Range(1, labels).Select(static l => $"\"label {l}\""))}], \"training\": [], {more}}}";

    private static Plan Labels3(Plan plan) => plan with { NumClasses = 3, AllClasses = [1, 2, 3] };

    /// <summary>The probabilities of both regions, painted over each other; voxels that float16 moves over one half may differ.</summary>
    private static void AssertPainted(string segmentation)
    {
        string stem = segmentation[..^".nii.gz".Length];
        float[] probabilities = [.. NpzFile.Read(stem + ".npz")["softmax"].ToArray<Half>().Select(static h => (float)h)];
        short[] labels = ImageFile.ReadLabels(segmentation).Voxels;
        int voxels = labels.Length;
        short[] painted = [.. Enumerable.Range(0, voxels).Select(i => (short)(probabilities[voxels + i] > 0.5f ? 2 : probabilities[i] > 0.5f ? 1 : 0))];
        Assert.Equal(2 * voxels, probabilities.Length);
        Assert.InRange(painted.Zip(labels).Count(static p => p.First != p.Second), 0, voxels / 200);
        Assert.Equal([1, 2], JsonNode.Parse(File.ReadAllText(stem + ".json"))!["regions_class_order"]!.AsArray().Select(static n => (int)n!));
    }
}
