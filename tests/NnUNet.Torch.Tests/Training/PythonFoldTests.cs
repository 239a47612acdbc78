using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Postprocessing;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;
using NnUNet.Interop.V1;
using NnUNet.Testing;
using NnUNet.Torch.Checkpoints;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>A fold that the Python original trained for six epochs: validated, continued, and handed back.</summary>
public sealed class PythonFoldTests(ContinuedPythonFold fold) : LeakCheckedTest, IClassFixture<ContinuedPythonFold>
{
    // The mean over all later epochs of the original would lie near -0.7; three batches of two patches scatter by about 0.05.
    private const double NearLoss = 0.15;

    private static readonly double[] TrainingLosses = [0.12769, -0.24340, -0.44140, -0.54856, -0.67266, -0.69843];

    [SkippableFact]
    public void APlanOfTheOriginal_IsFollowedByPlanning_AndNoJsonIsWritten()
    {
        // Given, When
        using PythonTask task = new();

        // Then
        Assert.Equal(8, task.Preprocessed.Made);
        Assert.Equal(60, task.Preprocessed.Plan3D!.OriginalSizes.Count);
        Assert.Empty(Directory.GetFiles(task.PreprocessedPath, "*_plans_*.json"));
        Assert.Contains(task.Preprocessed.Warnings, static w => w.Where == PythonTask.PlansFileName && w.What.Contains("is followed", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Validating_PredictsWhatTheOriginalPredicts_AndLeavesItsCheckpoint()
    {
        // Given
        using PythonTask task = new();
        Dictionary<string, DateTime> before = Directory.GetFiles(task.FoldPath).ToDictionary(static f => f, File.GetLastWriteTimeUtc);

        // When
        TrainingResult result = TrainingRun.Execute(task.Options with { ValidationOnly = true, Validation = new ValidationOptions { SaveProbabilities = true } });

        // Then
        Assert.True(result.Completed);
        Assert.Equal(6, result.Epochs);
        string folder = Path.Combine(task.FoldPath, "validation_raw");
        Assert.All(PythonTask.ValidationCases, c => GoldenPredictions.AssertEqual(TestData.Golden("model/predictions/tta"), folder, c));
        Assert.All(PythonTask.ValidationCases, c => Assert.True(File.Exists(Path.Combine(folder, c + ".pkl"))));
        Assert.InRange(result.Summary!.ForegroundMean(), 0.7, 0.95);
        Assert.True(File.Exists(Path.Combine(task.FoldPath, PostprocessingDecision.FileName)));
        Assert.All(before, static f => Assert.Equal(f.Value, File.GetLastWriteTimeUtc(f.Key)));
        Assert.Empty(Directory.GetFiles(task.FoldPath, "*.safetensors"));
        Assert.False(File.Exists(Path.Combine(task.ModelPath, "plans.json")));
    }

    [SkippableFact]
    public void Continuing_GoesOnWhereTheOriginalStopped_AndItCanBeHandedBack()
    {
        // Given, When
        PythonTask task = fold.Made();
        TrainingState state = Checkpoint.ReadRecord<TrainingRecord>(fold.OwnCheckpoint).State;

        // Then: curves and averages go on
        Assert.True(fold.Result!.Completed);
        Assert.Equal(7, state.Curves.Count);
        Assert.Equal(TrainingLosses, state.Curves.Take(6).Select(static e => Math.Round(e.TrainingLoss, 5)));
        Assert.InRange(state.Curves[6].TrainingLoss, TrainingLosses[5] - NearLoss, TrainingLosses[5] + NearLoss);
        Assert.Equal(0.01 * Math.Pow(1 - (6 / 7.0), 0.9), state.Curves[6].Rate, 1e-12);
        Assert.Equal((0.9 * 0.45229320386953753) + (0.1 * state.Curves[6].Dice), state.ValidationAverage!.Value, 1e-9);
        Assert.Contains(fold.Told, static t => t.Contains("holds no state of its optimizer", StringComparison.Ordinal));

        // the original's files are as they were, or kept beside ours
        Assert.Equal(fold.Checkpoint, File.ReadAllBytes(task.CheckpointPath));
        Assert.Equal(fold.Notes, File.ReadAllBytes(Path.Combine(task.FoldPath, "debug_original.json")));
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(task.FoldPath, "progress_original.png")), File.ReadAllBytes(Path.Combine(task.FoldPath, "progress.png")));
        Assert.Equal("nnU-Net for .NET", ModelFolder.Open(task.ModelPath).Format.Title);

        // and the original can go on from ours: epoch, curves, and the momentum of every parameter that had a gradient
        Assert.Empty(fold.Report!.Warnings);
        using StoredTraining exported = new V1ModelFormat().OpenTraining(fold.ExportedCheckpoint);
        using CheckpointFile file = CheckpointFile.Open(fold.OwnCheckpoint);
        Assert.Equal(7, exported.Epoch);
        Assert.Equal(state.Curves.Select(static e => e.TrainingLoss), exported.TrainingLosses);
        Assert.Equal(("SGD", 0.99, 3e-5), (exported.Optimizer!.Kind, exported.Optimizer.Momentum, exported.Optimizer.WeightDecay));
        Assert.Equal(file.States.Select(static s => s.Name).Order(StringComparer.Ordinal), exported.Optimizer.States.Select(static s => s.Name).Order(StringComparer.Ordinal));
        Assert.Equal(61, exported.Optimizer.States.Count);
        Assert.DoesNotContain("momentum/seg_outputs.0.weight", exported.Optimizer.States.Select(static s => s.Name));
        Dictionary<string, NamedWeight> states = file.States.ToDictionary(static s => s.Name);
        Assert.All(exported.Optimizer.States, s => Assert.Equal(states[s.Name].Read(), s.Read()));
    }

    [SkippableFact]
    public void ContinuingAFoldWithAnOptimizer_TakesItsMomentumOver_BitByBit()
    {
        // Given a fold of the original with momentum, of which only the latest checkpoint is there
        fold.Made();
        using PythonTask task = new();
        foreach (string file in Directory.GetFiles(task.FoldPath, "model_*")) File.Delete(file);
        foreach (string ending in (string[])["", ".pkl"]) File.Copy(fold.ExportedCheckpoint + ending, Path.Combine(task.FoldPath, "model_latest.model" + ending));
        TrainingOptions options = task.Options with { Continue = true, Epochs = 9, Iterations = 1 };

        // When
        using TrainingSetup setup = TrainingSetup.Open(options);
        using OtherTraining other = setup.OpenOther(options)!;
        using SegmentationNetwork network = setup.CreateNetwork(other.Record.Settings);
        using WeightOptimizer optimizer = setup.CreateOptimizer(other.Record.Settings, network);
        other.Load(network, optimizer);

        // Then
        Assert.Empty(other.Remarks);
        Assert.Equal((7, 9, 1), (other.Record.State.Epoch, other.Record.Settings.Epochs, other.Record.Settings.Iterations));
        using CheckpointFile ours = CheckpointFile.Open(fold.OwnCheckpoint);
        Assert.Equal(61, optimizer.States.Count);
        Assert.Equal(ours.States.Select(static s => s.Name).Order(StringComparer.Ordinal), optimizer.States.Keys);
        Assert.All(ours.States, s => Assert.Equal(s.Read(), optimizer.States[s.Name].data<float>().ToArray()));
        Dictionary<string, NamedWeight> weights = ours.Weights.ToDictionary(static w => w.Name);
        Assert.All(NetworkWeights.Of(network), w => Assert.Equal(weights[w.Name].Read(), w.Tensor.data<float>().ToArray()));
    }

    [SkippableFact]
    public void AFoldOfAnotherTrainerOrPlan_IsRefused_WithTheWayToGoOn()
    {
        // Given
        using PythonTask task = new();
        PickleDictionary record = (PickleDictionary)PickleFile.Read(task.CheckpointPath + ".pkl")!;
        string plans = Path.Combine(task.PreprocessedPath, PythonTask.PlansFileName);
        Plan plan = PlanFile.Read(plans);
        TrainingOptions options = task.Options with { ValidationOnly = true };

        // When
        record["name"] = "MyTrainer";
        PickleFile.Write(task.CheckpointPath + ".pkl", record);
        DescribedException trainer = Assert.Throws<DescribedException>(() => TrainingRun.Execute(options));
        V1TrainerChange.Apply(task.ModelPath, "nnUNetTrainerV2");
        PlanFile.Write(Path.ChangeExtension(plans, ".json"), plan with { PlansPerStage = new() { [0] = plan.PlansPerStage[0] with { BatchSize = 9 } } });
        DescribedException other = Assert.Throws<DescribedException>(() => TrainingRun.Execute(options));

        // Then
        Assert.Contains("trained by MyTrainer, not by nnUNetTrainerV2", trainer.What, StringComparison.Ordinal);
        Assert.Contains("nnUNet_change_trainer_class -i", trainer.Remedy, StringComparison.Ordinal);
        Assert.Contains("plans_per_stage.0.batch_size 2, not 9", other.What, StringComparison.Ordinal);
        Assert.Contains(PythonTask.PlansFileName, other.Remedy, StringComparison.Ordinal);
    }
}
