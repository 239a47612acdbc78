using NnUNet.Core.Comparison;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Comparison;

public sealed class ModelComparisonTests : IDisposable
{
    private static readonly ComparisonOptions TwoFolds = new() { Folds = [0, 1] };
    private readonly TemporaryFolder _folder = new();
    private readonly Workspace _workspace;

    public ModelComparisonTests() => _workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder.Root }, static _ => null);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_OneModel_PoolsTheCasesOfAllFolds()
    {
        // Given folds of three cases and of one: label 1 has 0.2, 0.4, 0.9 and 0.5; label 2 is in two cases, 0.6 and 0.8
        Fold("3d_fullres", "Task001_A", "T", 0, ("a", 0.2, 0.6), ("b", 0.4, double.NaN), ("c", 0.9, double.NaN));
        Fold("3d_fullres", "Task001_A", "T", 1, ("d", 0.5, 0.8));

        // When
        ComparisonResult result = ModelComparison.Run(_workspace, TwoFolds);

        // Then
        ComparedModel model = Assert.Single(result.Models);
        Assert.Equal(4, model.Cases);
        Assert.Equal(0.5, model.Labels[1].Mean, 1e-15);
        Assert.Equal(0.45, model.Labels[1].Median, 1e-15);
        Assert.Equal(0.7, model.Labels[2].Mean, 1e-15);
        Assert.Equal(0.6, model.MeanDice, 1e-15);
        Assert.Equal(0.575, model.MedianDice, 1e-15);
        Assert.Empty(result.Ranking);
        Assert.Empty(result.Notices);
    }

    [Fact]
    public void Run_SeveralTrainersAndTasks_RanksThemByTheirBestConfiguration()
    {
        // Given Dice by trainer: in A  X 0.8 (2d 0.7), Y 0.9, Z 0.8;  in B  X 0.5, Y 0.4, Z nothing
        Complete("2d", "Task001_A", "X", 0.7);
        Complete("3d_fullres", "Task001_A", "X", 0.8);
        Complete("3d_fullres", "Task001_A", "Y", 0.9);
        Complete("3d_fullres", "Task001_A", "Z", 0.8);
        Complete("3d_fullres", "Task002_B", "X", 0.5);
        Complete("3d_fullres", "Task002_B", "Y", 0.4);

        // When
        ComparisonResult result = ModelComparison.Run(_workspace, TwoFolds);

        // Then: ranks in A are Y 1, X and Z 2.5; in B X 1, Y 2, Z 3
        Assert.Equal(["Y__P 1.5", "X__P 1.75", "Z__P 2.75"], result.Ranking.Select(static r => FormattableString.Invariant($"{r.Name} {r.MeanRank}")));
        Assert.Equal([("Task001_A", "3d_fullres", 2.5), ("Task002_B", null, 3)], result.Ranking[2].Tasks.Select(static t => (t.Task, t.Configuration, t.Rank)));
        Assert.Equal(["Y", "X", "Z", "X", "X", "Y"], result.Models.Select(static m => m.Trainer));
    }

    [Fact]
    public void Run_AModelThatLacksAFold_IsShownButNotRanked()
    {
        Complete("3d_fullres", "Task001_A", "X", 0.5);
        Fold("3d_fullres", "Task001_A", "Y", 0, ("a", 0.9, 0.9));
        Directory.CreateDirectory(_workspace.ModelFolder("3d_fullres", "Task001_A", "Z", "P"));

        ComparisonResult result = ModelComparison.Run(_workspace, TwoFolds);

        Assert.Equal(["X", "Y"], result.Models.Select(static m => m.Trainer));
        Assert.Empty(result.Ranking);
        Assert.Equal(
            ["Task001_A 3d_fullres Y__P: fold 1 has no scores in validation_raw; it takes no part in the ranking", "Task001_A 3d_fullres Z__P: folds 0, 1 have no scores in validation_raw; it is left out"],
            result.Notices);
    }

    [Fact]
    public void Run_WithChoices_ComparesThoseOnly()
    {
        Complete("2d", "Task001_A", "X", 0.5);
        Complete("3d_fullres", "Task001_A", "X", 0.6);
        Complete("3d_fullres", "Task002_B", "Y", 0.7);

        ComparisonOptions options = TwoFolds with { Configurations = ["3d_fullres"], Tasks = ["Task001_A"], Trainers = ["X"] };

        Assert.Equal("3d_fullres", Assert.Single(ModelComparison.Run(_workspace, options).Models).Configuration);
        Assert.Contains("no model there has scores in validation", Assert.Throws<DescribedException>(() => ModelComparison.Run(_workspace, options with { ValidationFolder = "validation" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_OfASheet_HasARowAModel()
    {
        Complete("2d", "Task001_A", "X", 0.5);
        Complete("3d_fullres", "Task001_A", "Y", 0.75);

        string[] lines = ComparisonSheet.Text(ModelComparison.Run(_workspace, TwoFolds)).TrimEnd('\n').Split('\n');

        Assert.StartsWith("task,configuration,trainer,plans,folds,cases,mean_dice,median_dice,mean_rank,dice_1,dice_2,batch_size,", lines[0], StringComparison.Ordinal);
        Assert.Equal("Task001_A,3d_fullres,Y,P,0 1,2,0.75,0.75,1,0.75,0.75,,,,,,,,,", lines[1]);
        Assert.Equal("Task001_A,2d,X,P,0 1,2,0.5,0.5,2,0.5,0.5,,,,,,,,,", lines[2]);
    }

    private void Complete(string configuration, string task, string trainer, double dice)
    {
        Fold(configuration, task, trainer, 0, ("a", dice, dice));
        Fold(configuration, task, trainer, 1, ("b", dice, dice));
    }

    private void Fold(string configuration, string task, string trainer, int fold, params (string Case, double First, double Second)[] cases) => SegmentationSummary.From(
        [.. cases.Select(static c => new CaseScores { Test = c.Case + ".nii.gz", Labels = new(StringComparer.Ordinal) { ["0"] = Dice(0.1), ["1"] = Dice(c.First), ["2"] = Dice(c.Second) } })],
        new EvaluationOptions()).Write(Path.Combine(_workspace.ModelFolder(configuration, task, trainer, "P"), $"fold_{fold}", "validation_raw", "summary.json"));

    private static SortedDictionary<string, double> Dice(double value) => new(StringComparer.Ordinal) { ["Dice"] = value };
}
