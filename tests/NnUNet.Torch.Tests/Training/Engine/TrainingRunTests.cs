using NnUNet.Core.CrossValidation;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training.Engine;

public sealed class TrainingRunTests : LeakCheckedTest
{
    [Fact]
    public void Execute_AFoldBeyondTheUsersSplits_IsToldOnScreenAndInTheLogBeforeItIsTrained()
    {
        // Given own splits with three folds
        using ToyTask toy = new();
        string[] cases = [.. Enumerable.Range(0, 10).Select(static i => $"toy_{i:000}")];
        string splits = Path.Combine(toy.Workspace.PreprocessedTask("Task900_Toy"), Folds.FileName);
        Folds.Write(splits, [.. Enumerable.Range(0, 3).Select(k => new Fold([.. cases.Where((_, i) => i % 3 != k)], [.. cases.Where((_, i) => i % 3 == k)]))]);
        List<TrainingProgress> told = [];

        // When
        TrainingResult result = TrainingRun.Execute(toy.Options with { Fold = "3" }, new Watch(told.Add));

        // Then
        string expected = $"warning: fold 3 is beyond the 3 folds (0 to 2) of {splits}, so it gets a random 80:20 split (8 cases to train, 2 to validate)";
        int notice = told.FindIndex(p => p.Phase == TrainingPhase.Notice && p.Text.StartsWith(expected, StringComparison.Ordinal));
        Assert.InRange(notice, 0, told.FindIndex(static p => p.Phase == TrainingPhase.Training) - 1);
        Assert.Contains(expected, File.ReadAllText(Assert.Single(Directory.GetFiles(result.FoldPath, "training_log_*.txt"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_TheLabelsNames_GoIntoTheModel()
    {
        // Given
        using ToyTask toy = new();
        File.WriteAllText(
            Path.Combine(toy.Workspace.PreprocessedTask("Task900_Toy"), "dataset.json"),
            """{"modality": {"0": "MRI"}, "labels": {"0": "background", "1": "ball", "2": "core"}, "training": []}""");

        // When
        TrainingRun.Execute(toy.Options with { Epochs = 1, Iterations = 1 });

        // Then
        ModelContract contract = ModelFolder.Open(toy.ModelPath).Contract;
        Assert.Equal(["ball", "core"], contract.Labels.Foreground.Select(contract.Labels.NameOf));
    }

    [Fact]
    public void Execute_TheDataSetsDescription_GoesWithTheModel_SoThatPredictionsHaveItsEnding()
    {
        // Given
        using ToyTask toy = new();
        string description = Path.Combine(toy.Workspace.PreprocessedTask("Task900_Toy"), DatasetDescription.FileName);
        File.WriteAllText(description, """{"channel_names": {"0": "MRI"}, "labels": {"background": 0, "ball": 1, "core": 2}, "numTraining": 10, "file_ending": ".nii"}""");

        // When
        TrainingRun.Execute(toy.Options with { Epochs = 1, Iterations = 1 });

        // Then
        Assert.Equal(File.ReadAllText(description), File.ReadAllText(Path.Combine(toy.ModelPath, DatasetDescription.FileName)));
        Assert.Equal(".nii", DatasetDescription.FileEndingIn(toy.ModelPath));
    }

    [Fact]
    public void EachEpoch_IsToldWithWhatItsDiceAreOf_ByTheNamesOfTheDataset()
    {
        // Given
        using ToyTask toy = new();
        File.WriteAllText(
            Path.Combine(Path.GetDirectoryName(toy.ReferencePath)!, "dataset.json"),
            """{ "modality": { "0": "MR" }, "labels": { "0": "background", "1": "ball", "2": "core" }, "training": [] }""");
        List<TrainingProgress> heard = [];

        // When
        TrainingRun.Execute(toy.Options, new Watch(heard.Add));

        // Then
        TrainingProgress[] epochs = [.. heard.Where(static p => p.Curves.Count > 0)];
        Assert.Equal([1, 2], epochs.Select(static p => p.Curves.Count));
        Assert.All(epochs, static p => Assert.Equal(["ball", "core"], p.Classes.Select(static c => c.Name)));
        Assert.All(epochs, static p => Assert.Equal([1, 2], p.Classes.Select(static c => c.Label)));
        Assert.All(epochs, static p => Assert.Equal((2, "0"), (p.Settings!.Epochs, p.Settings.Fold)));
    }

    [Fact]
    public void ATraining_LeavesTheOriginalsFiles()
    {
        using ToyTask toy = new();

        TrainingResult result = TrainingRun.Execute(toy.Options);

        Assert.True(result.Completed);
        Assert.Equal(2, result.Epochs);
        Assert.True(File.Exists(Path.Combine(toy.FoldPath, "model_final_checkpoint.safetensors")));
        Assert.True(File.Exists(Path.Combine(toy.FoldPath, "model_final_checkpoint.json")));
        Assert.True(File.Exists(Path.Combine(toy.FoldPath, "model_best.safetensors")));
        Assert.False(File.Exists(Path.Combine(toy.FoldPath, "model_latest.safetensors")));
        Assert.True(File.Exists(Path.Combine(toy.FoldPath, "progress.png")));
        Assert.True(File.Exists(Path.Combine(toy.FoldPath, "debug.json")));
        Assert.Single(Directory.GetFiles(toy.FoldPath, "training_log_*.txt"));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(toy.FoldPath, "validation_raw"), "toy_*.nii.gz").Length);
        Assert.Equal(
            result.Summary!.ForegroundMean(),
            SegmentationSummary.Read(Path.Combine(toy.FoldPath, "validation_raw", "summary.json")).ForegroundMean());
    }

    [Fact]
    public void TheModelFolder_SaysHowToBuildTheNetwork()
    {
        using ToyTask toy = new();

        TrainingRun.Execute(toy.Options);

        ModelFolder model = ModelFolder.Open(toy.ModelPath);
        using SegmentationNetwork network = NetworkFactory.Create(model.Network);
        Checkpoint.Load<TrainingRecord>(model.CheckpointPath("0"), network);
        Assert.Equal([0, 1, 2], model.Network.MirrorAxes);
        Assert.Equal(3, network.Classes);
    }

    [Fact]
    public void TheLoss_Falls()
    {
        using ToyTask toy = new();

        TrainingRun.Execute(toy.Options with { Epochs = 3, Iterations = 20 });

        ValueArray<EpochRecord> curves = Final(toy).State.Curves;
        Assert.Equal(3, curves.Count);
        Assert.True(curves[2].TrainingLoss < curves[0].TrainingLoss - 0.1, $"{curves[0].TrainingLoss} to {curves[2].TrainingLoss}");
        Assert.Equal([0.01, 0.006943, 0.00372], curves.Select(static c => Math.Round(c.Rate, 6)));
    }

    [Fact]
    public void TheSameTraining_GivesTheSameWeights()
    {
        using ToyTask one = new();
        using ToyTask other = new();

        TrainingRun.Execute(one.Options with { LoaderThreads = 1 });
        TrainingRun.Execute(other.Options with { LoaderThreads = 2, CheckpointInterval = TimeSpan.FromHours(1) });

        Assert.Equal(Weights(one), Weights(other));
    }

    [Fact]
    public void AnotherSeed_GivesOtherWeights()
    {
        using ToyTask one = new();
        using ToyTask other = new();

        TrainingRun.Execute(one.Options with { Epochs = 1, Iterations = 1 });
        TrainingRun.Execute(other.Options with { Epochs = 1, Iterations = 1, Seed = 1 });

        Assert.NotEqual(Weights(one), Weights(other));
    }

    [Fact]
    public void SlicePlans_TrainToo()
    {
        using ToyTask toy = new();

        TrainingResult result = TrainingRun.Execute(toy.Options with { Configuration = Configuration.Slices });

        TrainingSettings settings = Final(result.FoldPath).Settings;
        Assert.True(settings.BatchDice);
        Assert.Equal([0, 1], settings.MirrorAxes);
        Assert.Equal([1, 16, 16], settings.PatchSize);
        Assert.False(double.IsNaN(result.Summary!.Mean("0")));
    }

    [Fact]
    public void FoldAll_TrainsAndValidatesOnEverything()
    {
        using ToyTask toy = new();

        TrainingResult result = TrainingRun.Execute(toy.Options with { Fold = "all", Epochs = 1, Iterations = 1 });

        Assert.Equal("all", Path.GetFileName(result.FoldPath));
        Assert.Equal(10, result.Summary!.Results.All.Count);
    }

    [Fact]
    public void Validation_CanBeRepeatedAlone()
    {
        using ToyTask toy = new();
        TrainingResult first = TrainingRun.Execute(toy.Options);
        Directory.Delete(Path.Combine(toy.FoldPath, "validation_raw"), recursive: true);

        TrainingResult again = TrainingRun.Execute(toy.Options with { ValidationOnly = true });

        Assert.Equal(ProductJson.ToNode(first.Summary)!.ToJsonString(), ProductJson.ToNode(again.Summary)!.ToJsonString());
    }

    [Fact]
    public void NumbersThatAreNone_StopTheTrainingAndNameTheCases()
    {
        using ToyTask toy = new();
        string folder = Path.Combine(Path.GetDirectoryName(toy.PlansPath)!, "nnUNetData_plans_v2.1_stage0");
        SpoilAll(folder);

        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(toy.Options with { Iterations = 20 }));

        Assert.Matches(
            "^epoch 0, training iteration 9: the loss is NaN for the cases toy_00., toy_00., and 10 steps in a row were skipped for such reasons; look at these cases",
            error.Message);
    }

    [Fact]
    public void WrongOptions_AreToldInOneMessage()
    {
        using ToyTask toy = new();

        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(
            toy.Options with { Trainer = "nnUNetTrainerV3", Fold = "x", Epochs = 0, Iterations = -1 }));

        Assert.Contains("there is no trainer \"nnUNetTrainerV3\": did you mean nnUNetTrainerV2", error.Message, StringComparison.Ordinal);
        Assert.Contains("the fold is \"x\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("the number of epochs is 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("the number of iterations is -1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LowResolution_NeedsAPlanOfTwoStages()
    {
        using ToyTask toy = new();

        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(toy.Options with { Configuration = Configuration.LowResolution }));

        Assert.Contains("train 3d_fullres", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAPlan_PlanningIsAskedFor()
    {
        using ToyTask toy = new();

        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(toy.Options with { Plans = "nnUNetPlans_other" }));

        Assert.Contains("run nnUNet_plan_and_preprocess first", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2d", 1, true)]
    [InlineData("2d", 2, true)]
    [InlineData("3d_lowres", 2, false)]
    [InlineData("3d_fullres", 1, false)]
    [InlineData("3d_fullres", 2, true)]
    [InlineData("3d_cascade_fullres", 2, true)]
    public void BatchDice_DependsOnConfigurationAndStages(string configuration, int stages, bool expected)
    {
        using ToyTask toy = new();
        Plan plan = PlanFile.Read(toy.PlansPath);
        Plan staged = plan with { PlansPerStage = new(Enumerable.Range(0, stages).ToDictionary(static s => s, _ => plan.PlansPerStage[0])) };

        Assert.Equal(expected, TrainingDesign.UsesBatchDice(Configuration.Parse(configuration), staged));
    }

    internal static TrainingRecord Final(ToyTask toy) => Final(toy.FoldPath);

    internal static TrainingRecord Final(string foldPath) => Checkpoint.ReadRecord<TrainingRecord>(Path.Combine(foldPath, "model_final_checkpoint.safetensors"));

    /// <summary>Weights and momentum: all numbers of the file, whose record holds times too.</summary>
    internal static string Weights(ToyTask toy) => Weights(toy.FoldPath);

    internal static string Weights(string foldPath)
    {
        using Files.Safetensors.SafetensorsFile file = Files.Safetensors.SafetensorsFile.Open(Path.Combine(foldPath, "model_final_checkpoint.safetensors"));
        return file.Metadata["weights_sha256"] + file.Metadata["momentum_sha256"];
    }

    /// <summary>Overwrites the last quarter of every case's first kilobytes of voxels with NaN.</summary>
    internal static void SpoilAll(string folder, string cases = "*")
    {
        byte[] none = [.. Enumerable.Repeat(BitConverter.GetBytes(float.NaN), 3000).SelectMany(static b => b)];
        foreach (string path in Directory.GetFiles(folder, cases + ".npy"))
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Write);
            file.Seek(128, SeekOrigin.Begin);
            file.Write(none);
        }
    }
}
