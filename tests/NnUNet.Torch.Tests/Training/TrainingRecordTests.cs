using System.Text.Json.Nodes;
using NnUNet.Core.Batches;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Training;

namespace NnUNet.Torch.Tests.Training;

public sealed class TrainingRecordTests
{
    [Fact]
    public void AState_SurvivesJsonExactly()
    {
        using TemporaryFolder folder = new();
        TrainingState state = new()
        {
            Epoch = 3,
            Iteration = 2,
            ValidationIteration = 1,
            TrainingLossSum = 0.1 + 0.2,
            ValidationLossSum = -1 / 3.0,
            TruePositives = [5, long.MaxValue],
            FalsePositives = [0, 1],
            FalseNegatives = [2, 3],
            ValidationAverage = Math.PI,
            Curves = [new EpochRecord { TrainingLoss = 1e-17, ValidationLoss = 2, Dice = double.NaN, DicePerClass = [double.NaN, 0.3], Rate = 0.01, Seconds = 2, WaitShare = 0.5 }],
        };

        ProductJson.Write(folder["state.json"], state);
        TrainingState read = ProductJson.Read<TrainingState>(folder["state.json"]);

        Assert.Equal(state.TrainingLossSum, read.TrainingLossSum);
        Assert.Equal(state.Curves, read.Curves);
        Assert.Null(read.TrainingLossAverage);
        Assert.True(JsonNode.DeepEquals(ProductJson.ToNode(state), ProductJson.ToNode(read)));
    }

    [Fact]
    public void PlacesInTheSchedule_AreCountedBackAndForth()
    {
        BatchSchedule schedule = new(4, 5, 2);

        Assert.All(Enumerable.Range(0, 28), i => Assert.Equal(i, schedule.PlaceOf(schedule.KeyAt(i))));
        Assert.Equal(new BatchKey(1, true, 1), schedule.KeyAt(13));
        Assert.Equal(28, schedule.Count);
    }
}
