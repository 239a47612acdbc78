using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Models;

public sealed class ModelFolderTests
{
    [Fact]
    public void Open_FoldsOutOfOrder_ListsThemByNumberAndAllLast()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root.Root, SmallPlan.Create(), "fold_10", "fold_2", "all", "fold_0", "fold_x", "other");

        // When
        ModelFolder model = ModelFolder.Open(root.Root);

        // Then
        Assert.Equal(["0", "2", "10", "all"], model.Folds);
        Assert.Equal("Generic_UNet", model.Network.Name);
    }

    [Theory]
    [InlineData("3d_fullres/Task004_A/nnUNetTrainerV2__nnUNetPlansv2.1", "Task004_A has 2d/nnUNetTrainerV2__nnUNetPlansv2.1, 3d_lowres/nnUNetTrainerV2__nnUNetPlansv2.1; did you mean 3d_lowres/")]
    [InlineData("2d/Task004_A/nnUNetTrainerV22__nnUNetPlansv2.1", "did you mean 2d/nnUNetTrainerV2__nnUNetPlansv2.1")]
    [InlineData("2d/Task004_B/nnUNetTrainerV2__nnUNetPlansv2.1", "there is no Task004_B in ")]
    [InlineData("2e", "did you mean 2d?")]
    public void Open_NoSuchModel_NamesWhatThereIs(string path, string expected)
    {
        // Given
        using TemporaryFolder root = new();
        foreach (string configuration in (string[])["2d", "3d_lowres"]) Directory.CreateDirectory(root[$"nnUNet/{configuration}/Task004_A/nnUNetTrainerV2__nnUNetPlansv2.1"]);

        // When
        string message = Assert.Throws<DescribedException>(() => ModelFolder.Open(root[$"nnUNet/{path}"])).Message;

        // Then
        Assert.Contains("there is no such model folder", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void SelectFolds_NoneAskedFor_TakesTheNumberedOnesWithACheckpoint()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root.Root, SmallPlan.Create(), "fold_0", "fold_1", "fold_2", "all");
        File.WriteAllText(root["fold_0/model_final_checkpoint.safetensors"], "");
        File.WriteAllText(root["fold_2/model_final_checkpoint.safetensors"], "");
        File.WriteAllText(root["all/model_final_checkpoint.safetensors"], "");

        // When
        ModelFolder model = ModelFolder.Open(root.Root);

        // Then
        Assert.Equal(["0", "2"], model.SelectFolds(null));
        Assert.Equal(["2", "all"], model.SelectFolds(["fold_2", "all", "2"]));
        Assert.Equal(root["all/model_final_checkpoint.safetensors"], model.CheckpointPath("all"));
    }

    [Fact]
    public void CheckpointPath_MissingFold_NamesThoseThereAre()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root.Root, SmallPlan.Create(), "fold_0", "fold_1");

        // When
        DescribedException e = Assert.Throws<DescribedException>(() => ModelFolder.Open(root.Root).CheckpointPath("4"));

        // Then
        Assert.Equal($"{root.Root}: there is no fold 4; train it first, or take one of 0, 1.", e.Message);
    }

    [Fact]
    public void CheckpointPath_UnfinishedFold_NamesTheCheckpointsThereAre()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root.Root, SmallPlan.Create(), "fold_0");
        File.WriteAllText(root["fold_0/model_latest.safetensors"], "");

        // When
        DescribedException missing = Assert.Throws<DescribedException>(() => ModelFolder.Open(root.Root).CheckpointPath("0"));
        DescribedException none = Assert.Throws<DescribedException>(() => ModelFolder.Open(root.Root).SelectFolds([]));

        // Then
        Assert.Contains("model_latest", missing.Remedy, StringComparison.Ordinal);
        Assert.Contains("no fold has a checkpoint model_final_checkpoint.safetensors (there are the folds 0)", none.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3d_lowres", null, 0)]
    [InlineData("3d_fullres", null, 1)]
    [InlineData("anything", 0, 0)]
    public void Stage_OfAFolder_IsTheNetworksOrByPlace(string configuration, int? stage, int expected)
    {
        // Given
        using TemporaryFolder root = new();
        string path = root[$"{configuration}/Task001_A/nnUNetTrainerV2__nnUNetPlansv2.1"];
        Write(path, SmallPlan.Create(stage));

        // When
        ModelFolder model = ModelFolder.Open(path);

        // Then
        Assert.Equal(expected, model.Stage);
    }

    [Fact]
    public void Open_ParentOfModels_NamesTheModelsBelow()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root["nnUNetTrainerV2__nnUNetPlansv2.1"], SmallPlan.Create());

        // When
        DescribedException e = Assert.Throws<DescribedException>(() => ModelFolder.Open(root.Root));

        // Then
        Assert.Equal($"{root.Root}: there is no plans.json in this folder; below it are the models nnUNetTrainerV2__nnUNetPlansv2.1.", e.Message);
    }

    [Fact]
    public void Open_AModelOnADiskOfMacOS_SeesNoShadowFiles()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root["model"], SmallPlan.Create(), "fold_0");
        Directory.CreateDirectory(root["__MACOSX/model"]);
        foreach (string shadow in (string[])["__MACOSX/model/plans.json", "model/fold_0/._model_best.safetensors"]) File.WriteAllText(root[shadow], "x");

        // When
        DescribedException above = Assert.Throws<DescribedException>(() => ModelFolder.Open(root.Root));
        DescribedException unfinished = Assert.Throws<DescribedException>(() => ModelFolder.Open(root["model"]).CheckpointPath("0"));

        // Then
        Assert.Equal("below it are the models model", above.Remedy);
        Assert.Equal("train this fold, or leave it out", unfinished.Remedy);
    }

    [Fact]
    public void Open_PlanWithoutNetwork_SaysWhichPlanIsMeant()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root.Root, SmallPlan.Create() with { Network = null });

        // When
        DescribedException e = Assert.Throws<DescribedException>(() => ModelFolder.Open(root.Root));

        // Then
        Assert.Contains("the key network is missing", e.What, StringComparison.Ordinal);
    }

    private static void Write(string path, Plan plan, params string[] folders)
    {
        ProductJson.Write(Path.Combine(path, "plans.json"), plan);
        foreach (string folder in folders) Directory.CreateDirectory(Path.Combine(path, folder));
    }
}
