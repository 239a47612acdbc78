using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Pictures.Training;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>Trainers that decide about precision, export or evaluation.</summary>
public sealed class ComputingTrainerTests(OriginalTrainersTask task) : LeakCheckedTest, IClassFixture<OriginalTrainersTask>
{
    [Fact]
    public void TheFloat32Trainer_ComputesInFloat32_AndRefusesAnythingElse()
    {
        TrainingOptions options = task.OptionsOf("nnUNetTrainerV2_fp32") with { Epochs = 1, Iterations = 1 };
        using TrainingSetup setup = TrainingSetup.Open(options);

        Assert.Equal(ComputePrecision.Float32, setup.Decide(options, null).Precision);
        Assert.Empty((options with { Precision = ComputePrecision.Float32 }).Faults());
        Assert.Equal(["the trainer nnUNetTrainerV2_fp32 computes in float32, not in bfloat16"], (options with { Precision = ComputePrecision.BFloat16 }).Faults());
    }

    [Fact]
    public void TheMixedPrecisionTrainer_RefusesFloat32OnAGpu()
    {
        TrainingOptions options = task.OptionsOf("nnUNetTrainerV2_fp16") with { Device = TorchDevice.Parse("cuda:0") };

        Assert.Empty(options.Faults());
        Assert.Equal(["the trainer nnUNetTrainerV2_fp16 computes in mixed precision, not in float32"], (options with { Precision = ComputePrecision.Float32 }).Faults());
    }

    [Fact]
    public void TheResamplingTrainer_WritesCubicExportIntoItsModel()
    {
        // Given
        TrainingOptions options = task.OptionsOf("nnUNetTrainerV2_resample33") with { Epochs = 1, Iterations = 1 };

        // When
        TrainingResult result = TrainingRun.Execute(options);

        // Then prediction and validation ask the model's plan, as the original does
        ExportOptions export = ExportOptions.From(ModelFolder.Open(Path.GetDirectoryName(result.FoldPath)!).Contract);
        Assert.Equal((3, 3, false), (export.Order, export.OrderZ, export.ForceSeparateZ));
        string arguments = File.ReadAllText(Path.Combine(result.FoldPath, "validation_raw", "validation_args.json"));
        Assert.Contains("\"interpolation_order_z\": 3", arguments, StringComparison.Ordinal);
    }

    [Fact]
    public void TheEvaluatingTrainer_ScoresWholeImagesAfterEachEpoch()
    {
        // Given a fold that an earlier, longer training has left an evaluation in
        TrainingOptions options = task.OptionsOf("nnUNetTrainerV2_fullEvals") with { Observers = [new TrainingPictures()] };
        string later = Path.Combine(options.Workspace.ModelFolder("3d_fullres", "Task902_Originals", options.Trainer, options.Plans), "fold_0", "validation_after_ep_0007");
        Directory.CreateDirectory(later);

        // When
        List<TrainingProgress> heard = [];
        TrainingResult result = TrainingRun.Execute(options, new Watch(heard.Add));

        // Then each epoch's Dice is that of the three regions in its summary, and the final validation is an ordinary one
        TrainingState state = TrainingRunTests.Final(result.FoldPath).State;
        for (int epoch = 0; epoch < 2; epoch++)
        {
            Core.Evaluation.SegmentationSummary summary = Core.Evaluation.SegmentationSummary.Read(Path.Combine(result.FoldPath, $"validation_after_ep_000{epoch}", "summary.json"));
            double[] regions = [summary.Mean("whole tumor"), summary.Mean("tumor core"), summary.Mean("enhancing tumor")];
            Assert.Equal(regions, state.Curves[epoch].DicePerClass);
            Assert.Equal(regions.Where(static d => !double.IsNaN(d)).Average(), state.Curves[epoch].Dice, 1e-12);
        }

        Assert.Equal([0, 1], heard.Where(static p => p.Phase == TrainingPhase.ImageValidation).Select(static p => p.Epoch).Distinct());
        Assert.Contains(heard, static p => p is { Phase: TrainingPhase.FinalValidation, Step: "scoring" });
        Assert.Equal(["whole tumor", "tumor core", "enhancing tumor"], heard.Last(static p => p.Curves.Count > 0).Classes.Select(static c => c.Name));
        Assert.All(state.Curves, static c => Assert.True(double.IsNaN(c.ValidationLoss))); // there are no validation batches
        Assert.True(File.Exists(Path.Combine(result.FoldPath, "progress.png")));
        Assert.False(Directory.Exists(later));
        Assert.Equal(["1", "2", "3"], result.Summary!.Results.Mean.Keys.Where(static k => k is "1" or "2" or "3"));
    }

    [Fact]
    public void TheEvaluatingTrainer_InterruptedInAnEpochsEvaluation_ContinuesThere()
    {
        // Given an evaluation that is interrupted as its first case begins
        using CancellationTokenSource cancel = new();
        TrainingOptions options = task.OptionsOf("nnUNetTrainerV2_fullEvals") with { Seed = 5 };
        TrainingResult untouched = TrainingRun.Execute(options);
        string weights = Engine.TrainingRunTests.Weights(untouched.FoldPath);
        double[] dice = Dice(untouched);

        TrainingResult interrupted = TrainingRun.Execute(options, new Watch(p => cancel.CancelOnceIn(TrainingPhase.ImageValidation, p.Phase)), cancel.Token);

        // When it is continued
        TrainingResult continued = TrainingRun.Execute(options with { Continue = true });

        // Then
        Assert.Equal((false, 0), (interrupted.Completed, interrupted.Epochs));
        Assert.Equal(weights, Engine.TrainingRunTests.Weights(continued.FoldPath));
        Assert.Equal(dice, Dice(continued));
    }

    [Fact]
    public void TheEvaluatingTrainer_IsForTheLabelsOfBraTS()
    {
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create("nnUNetTrainerV2_fullEvals");

        DescribedException error = Assert.Throws<DescribedException>(() => recipe.PlanFor(ToyTask.Plan([8, 8, 8], "x")));

        Assert.Contains("made of the labels 1, 2 and 3, but the labels of this task are 1, 2; train with nnUNetTrainerV2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.8308, false)]
    [InlineData(0.8309, true)] // 0.97 times the mean of 0.911, 0.8739 and 0.7848 is 0.83087
    public void TheEvaluatingTrainer_EndsAtItsTarget(double dice, bool ends)
    {
        EpochRecord record = new() { TrainingLoss = 0, ValidationLoss = double.NaN, Dice = dice, DicePerClass = [dice], Rate = 1, Seconds = 1, WaitShare = 0 };

        Assert.Equal(ends, Catalog<TrainerRecipe>.Create("nnUNetTrainerV2_fullEvals").EndsAfter(new TrainingCourse(1000, [record])) is not null);
    }

    private static double[] Dice(TrainingResult result) =>
        [.. TrainingRunTests.Final(result.FoldPath).State.Curves.Select(static c => c.Dice)];
}
