using NnUNet.Core.Planning;
using NnUNet.Core.Selection;
using NnUNet.Core.Tests.Models;
using NnUNet.Foundation;

namespace NnUNet.Core.Tests.Selection;

public sealed class MissingPiecesTests
{
    [SkippableFact]
    public void Run_PiecesAreMissing_SaysWhichAndComparesTheRest()
    {
        // Given
        using SelectionTree tree = new();
        Directory.Delete(tree.Model("3d_lowres"), recursive: true);
        Directory.Delete(Path.Combine(tree.Model("2d"), "fold_3"), recursive: true);
        Directory.Delete(Path.Combine(tree.Model("3d_fullres"), "fold_4", "validation_raw"), recursive: true);
        File.WriteAllText(Path.Combine(tree.Model("3d_fullres"), "fold_4", "model_final_checkpoint.safetensors"), "");
        File.Delete(Path.Combine(tree.Model("3d_fullres"), "fold_1", "validation_raw", "case_2.npz"));

        // When
        SelectionResult result = ConfigurationSelection.Run(
            tree.Workspace, SelectionTree.Task, new SelectionOptions { Configurations = [Configuration.Slices, Configuration.LowResolution, Configuration.FullResolution] });

        // Then
        Assert.Equal(
            [
                "2d: fold 3 is not trained; nnUNet_train 2d nnUNetTrainerV2 Task777_Toy 3 --npz makes it",
                $"3d_lowres: there is no model {tree.Model("3d_lowres")}; it is left out (nnUNet_train 3d_lowres nnUNetTrainerV2 Task777_Toy 0 --npz and the other folds train it)",
                "3d_fullres: fold 4 has no validation_raw; nnUNet_train 3d_fullres nnUNetTrainerV2 Task777_Toy 4 -val --npz makes it",
                "compared over folds 0, 1, 2 only, which 2d, 3d_fullres have in common",
                "3d_fullres: fold 1 has no probabilities of case_2, so its ensembles are left out; nnUNet_train 3d_fullres nnUNetTrainerV2 Task777_Toy 1 -val --npz writes them",
            ],
            result.Missing);
        Assert.Equal([0, 1, 2], result.Folds);
        Assert.Equal(["2d", "3d_fullres"], result.Candidates.Select(static c => c.Name));
        Assert.All(result.Candidates, static c => Assert.Equal(6, c.Scores.Results.All.Count));
    }

    [SkippableFact]
    public void Run_Strict_NamesAllThatIsMissingAndComparesNothing()
    {
        // Given
        using SelectionTree tree = new();
        Directory.Delete(tree.Model("3d_lowres"), recursive: true);
        File.Delete(Path.Combine(tree.Model("2d"), "fold_0", "validation_raw", "summary.json"));

        // When
        SelectionException e = Assert.Throws<SelectionException>(() => ConfigurationSelection.Run(tree.Workspace, SelectionTree.Task, new SelectionOptions { Strict = true }));

        // Then
        Assert.Contains("3d_lowres: there is no model", e.What, StringComparison.Ordinal);
        Assert.Contains("2d: fold 0 is not validated to the end", e.What, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(tree.Model("3d_fullres"), "cv_niftis_raw")));
    }

    [SkippableFact]
    public void Run_FoldsThatAreGiven_AreComparedAndPredictWithoutComplaint()
    {
        // Given
        using SelectionTree tree = new();

        // When
        SelectionResult result = ConfigurationSelection.Run(tree.Workspace, SelectionTree.Task, SelectionTree.TwoModels with { Folds = [1, 4], Strict = true });

        // Then
        Assert.Empty(result.Missing);
        Assert.Contains(" -t Task777_Toy -f 1 4", result.Commands[0], StringComparison.Ordinal);
        Assert.Equal(["case_2", "case_3", "case_8", "case_9"], result.Candidates[2].Scores.Results.All.Select(static c => Path.GetFileName(c.Test)![..6]));
    }

    [SkippableFact]
    public void Run_ModelsWithoutACommonFold_LeavesOutTheOneWithFewer()
    {
        // Given
        using SelectionTree tree = new();
        foreach (int fold in new[] { 0, 1, 2, 3 }) Directory.Delete(Path.Combine(tree.Model("3d_fullres"), $"fold_{fold}"), recursive: true);
        Directory.Delete(Path.Combine(tree.Model("2d"), "fold_4"), recursive: true);

        // When
        SelectionResult result = ConfigurationSelection.Run(tree.Workspace, SelectionTree.Task, SelectionTree.TwoModels);

        // Then
        Assert.Contains("3d_fullres: it has no fold in common with the others and is left out", result.Missing);
        Assert.Equal("2d", Assert.Single(result.Candidates).Name);
        Assert.Equal([0, 1, 2, 3], result.Folds);
    }

    [SkippableFact]
    public void Run_OnlyALowResolutionThatThePlansLack_SaysWhatIsNotTrained()
    {
        // Given
        using SelectionTree tree = new();
        Directory.Delete(tree.Model("3d_lowres"), recursive: true);
        ProductJson.Write(Path.Combine(tree.Model("3d_fullres"), "plans.json"), PlanOfOneStage());
        SelectionOptions options = new() { Configurations = [Configuration.LowResolution] };

        // When
        SelectionException e = Assert.Throws<SelectionException>(() => ConfigurationSelection.Run(tree.Workspace, SelectionTree.Task, options));

        // Then
        Assert.Equal("nothing is trained of 3d_lowres", e.What);
    }

    [SkippableFact]
    public void Run_NothingIsTrained_SaysHowToBegin()
    {
        // Given
        using SelectionTree tree = new();
        SelectionOptions options = new() { Configurations = [Configuration.Slices], Trainer = "nnUNetTrainerV2_other", Ensembling = false, Plans = "mine" };

        // When
        DescribedException e = Assert.Throws<SelectionException>(() => ConfigurationSelection.Run(tree.Workspace, SelectionTree.Task, options));

        // Then
        Assert.Contains("nnUNet_train 2d nnUNetTrainerV2_other Task777_Toy 0 -p mine and the other folds train it", e.What, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Run_PlanWithoutLowResolution_MissesNoLowResolution()
    {
        // Given
        using SelectionTree tree = new();
        Directory.Delete(tree.Model("3d_lowres"), recursive: true);
        Directory.Delete(tree.Workspace.ModelFolder("3d_cascade_fullres", SelectionTree.Task, "nnUNetTrainerV2CascadeFullRes", "nnUNetPlansv2.1"), recursive: true);
        ProductJson.Write(Path.Combine(tree.Model("3d_fullres"), "plans.json"), PlanOfOneStage());

        // When
        SelectionResult result = ConfigurationSelection.Run(tree.Workspace, SelectionTree.Task, new SelectionOptions { Strict = true, Ensembling = false });

        // Then
        Assert.Equal(["2d", "3d_fullres"], result.Candidates.Select(static c => c.Name));
    }

    [SkippableFact]
    public void Run_StrictAndAskedForALowResolutionThatThePlanLacks_NamesIt()
    {
        // Given
        using SelectionTree tree = new();
        Directory.Delete(tree.Model("3d_lowres"), recursive: true);
        Directory.Delete(tree.Workspace.ModelFolder("3d_cascade_fullres", SelectionTree.Task, "nnUNetTrainerV2CascadeFullRes", "nnUNetPlansv2.1"), recursive: true);
        ProductJson.Write(Path.Combine(tree.Model("3d_fullres"), "plans.json"), PlanOfOneStage());
        SelectionOptions asked = new() { ConfigurationsAreAsked = true, Ensembling = false };

        // When
        SelectionException strict = Assert.Throws<SelectionException>(() => ConfigurationSelection.Run(tree.Workspace, SelectionTree.Task, asked with { Strict = true }));
        SelectionResult relaxed = ConfigurationSelection.Run(tree.Workspace, SelectionTree.Task, asked);

        // Then
        string[] expected =
        [
            "3d_lowres: the task's plan has no low resolution, so there is nothing to train; it is left out",
            "3d_cascade_fullres: the task's plan has no low resolution, so there is nothing to train; it is left out",
        ];
        Assert.Equal(string.Join(Environment.NewLine, expected), strict.What);
        Assert.Equal(expected, relaxed.Missing);
        Assert.Equal(["2d", "3d_fullres"], relaxed.Candidates.Select(static c => c.Name));
    }

    private static Plan PlanOfOneStage()
    {
        Plan two = SmallPlan.Create();
        return two with { NumStages = 1, PlansPerStage = new() { [0] = two.PlansPerStage[1] } };
    }
}
