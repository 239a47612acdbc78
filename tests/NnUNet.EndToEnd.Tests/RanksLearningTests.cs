using System.Text.Json.Nodes;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>Two ranks learn what one process learns.</summary>
[Collection(RanksRun.Tests)]
public sealed class RanksLearningTests(RanksRun run)
{
    [SkippableFact]
    public void TwoRanks_ReachTheDiceOfOneProcess()
    {
        RanksRun.SkipWithoutMpi();
        string[] length = ["--epochs", "4", "--iterations", "15"];

        run.Run("learning1", ["nnUNet_train", .. length]).MustSucceed();
        run.Run("learning2", ["nnUNet_train_DDP", .. length, "-gpus", "2", "--dbs"]).MustSucceed();

        double one = Dice("learning1"), two = Dice("learning2");
        Assert.True(one > 0.5, $"one process has learned nothing: {one}");
        Assert.InRange(two, one - 0.02, one + 0.02);
    }

    private double Dice(string results) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(run.Fold(results), "validation_raw", "summary.json")))!["results"]!["mean"]!.AsObject()
            .Where(static label => label.Key != "0").Average(static label => (double)label.Value!["Dice"]!);
}
