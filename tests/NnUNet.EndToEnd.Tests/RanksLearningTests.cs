using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>Two ranks learn on the demo's data what one process learns, in 2D and with a batch of 11, so that it takes seconds.</summary>
[Collection(RanksRun.Tests)]
public sealed class RanksLearningTests : IDisposable
{
    private const string Task = "Task900_Demo";
    private const int Batch = 11;

    private readonly TemporaryFolder _folder = new();

    public RanksLearningTests()
    {
        SyntheticDataset.Write(_folder[$"w/raw/nnUNet_raw_data/{Task}"], new SyntheticDatasetOptions { TestCases = 0 });
        BuiltProgram.Run("nnUNet_plan_and_preprocess", "-t", "900", "-pl3d", "None", "--workspace", _folder["w"]).MustSucceed();
        RanksRun.SetBatch(Directory.GetFiles(_folder[$"w/preprocessed/{Task}"], "*_plans_2D.json").Single(), Batch);
    }

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void TwoRanks_ReachTheDiceOfOneProcess()
    {
        RanksRun.SkipWithoutMpi();

        double one = DiceOf("one", "nnUNet_train"), two = DiceOf("two", "nnUNet_train_DDP", "-gpus", "2", "--dbs");

        Assert.True(one > 0.5, $"one process has learned nothing: {one}");
        Assert.InRange(two, one - 0.02, one + 0.02);
    }

    private double DiceOf(string results, string command, params string[] more)
    {
        string[] words = [command, "2d", RankTrainer.Name, "900", "0", "--epochs", "4", "--iterations", "40", "--device", "cpu", "--plugin", typeof(RankTrainer).Assembly.Location];
        using (ChildProgram program = BuiltProgram.Start([.. words, .. more, "--workspace", _folder["w"], "--results", _folder[results]])) program.WaitForEnd(RanksRun.Limit).MustSucceed();
        string summary = Directory.GetFiles(_folder[results], "summary.json", SearchOption.AllDirectories).Single(static path => Path.GetFileName(Path.GetDirectoryName(path)) == "validation_raw");
        return JsonNode.Parse(File.ReadAllText(summary))!["results"]!["mean"]!.AsObject().Where(static label => label.Key != "0").Average(static label => (double)label.Value!["Dice"]!);
    }
}
