using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Tests.Training;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Replicas;

/// <summary>Trainers of every kind train with two replicas what they train alone: what they do otherwise than the standard one is in no replica's own hands.</summary>
public sealed class ReplicaTrainerTests(OriginalTrainersTask task) : LeakCheckedTest, IClassFixture<OriginalTrainersTask>
{
    [Theory]
    [InlineData("nnUNetTrainerV2_DDP")]
    [InlineData("nnUNetTrainerV2CascadeFullRes")] // the second stage of the cascade, Dice of the batch
    [InlineData("nnUNetTrainerV2BraTSRegions_DDP")] // regions
    [InlineData("nnUNetTrainerV2BraTSRegions_BN")] // regions, batch norm
    [InlineData("nnUNetTrainerV2_ResencUNet")] // another network
    [InlineData("nnUNetTrainerV2_ForceBD")]
    [InlineData("nnUNetTrainerV2_Loss_MCC")]
    [InlineData("nnUNetTrainerV2_focalLoss")]
    [InlineData("nnUNetTrainerV2_noDeepSupervision")]
    [InlineData("nnUNetTrainerV2_FRN")]
    [InlineData("nnUNetTrainerV2_Adam")]
    [InlineData("nnUNetTrainerV2_Ranger_lr3en3")]
    [InlineData("nnUNetTrainerV2_fullEvals")] // whole images scored after each epoch
    [InlineData("nnUNetTrainerV2_DDP_5epochs_dummyLoad")] // no cases
    public void TwoReplicas_TrainWhatOneProcessTrains(string trainer)
    {
        TrainingOptions options = task.OptionsOf(trainer) with { Precision = Catalog<TrainerRecipe>.Create(trainer).Precision ?? ComputePrecision.Float32 };
        string fold = TrainingRun.Execute(options).FoldPath;
        (Dictionary<string, float[]> expected, TrainingState alone) = (ReplicaTrainingTests.WeightsOf(fold), TrainingRunTests.Final(fold).State);

        TrainingRun.Execute(options with { Devices = [TorchDevice.Cpu, TorchDevice.Cpu] });

        TrainingState together = TrainingRunTests.Final(fold).State;
        ReplicaTrainingTests.AssertClose(Compared(expected, trainer), Compared(ReplicaTrainingTests.WeightsOf(fold), trainer), IsAdaptive(trainer) ? 1e-4 : 2e-6);
        for (int e = 0; e < 2; e++)
        {
            Assert.Equal(alone.Curves[e].TrainingLoss, together.Curves[e].TrainingLoss, 1e-4);
            Assert.Equal(alone.Curves[e].ValidationLoss, together.Curves[e].ValidationLoss, 1e-4);
            Assert.Equal(alone.Curves[e].DicePerClass, together.Curves[e].DicePerClass, static (a, b) => double.IsNaN(a) ? double.IsNaN(b) : Math.Abs(a - b) < 5e-3);
        }
    }

    /// <summary>Whether the optimiser scales each weight's step to its gradient's own size.</summary>
    private static bool IsAdaptive(string trainer) => trainer.Contains("Adam", StringComparison.Ordinal) || trainer.Contains("Ranger", StringComparison.Ordinal);

    /// <summary>A bias before a norm has the gradient 0 but for rounding, which an optimiser that scales steps makes as large as any other.</summary>
    private static Dictionary<string, float[]> Compared(Dictionary<string, float[]> weights, string trainer) =>
        weights.Where(w => !IsAdaptive(trainer) || !w.Key.EndsWith(".conv.bias", StringComparison.Ordinal)).ToDictionary();
}
