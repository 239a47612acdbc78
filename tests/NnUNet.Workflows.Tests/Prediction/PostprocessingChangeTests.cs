using NnUNet.Core.Postprocessing;
using NnUNet.Core.Results;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Tests;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Workflows.Tests.Prediction;

/// <summary>Calls repeated after the model's <c>postprocessing.json</c> has come, changed or gone.</summary>
public sealed class PostprocessingChangeTests : LeakCheckedTest
{
    private static readonly PostprocessingDecision Thorough = new() { ForWhichClasses = [ComponentRegion.Joint([1, 2]), ComponentRegion.Of(1), ComponentRegion.Of(2)] };
    private static readonly PostprocessingDecision OneClass = new() { ForWhichClasses = [ComponentRegion.Of(1)] };
    private static readonly PredictRunOptions ManyParts = new() { Predict = new PredictOptions { Folds = ["1"] } };

    [Fact]
    public void AModelThatHasPostprocessingNow_WhatWasPredictedBeforeIsPostprocessed()
    {
        // Given a network that predicts many parts, two cases as they were predicted, one of them in the other part, and one that is new
        using SmallModel model = new(folds: 2);
        using TemporaryFolder folder = new();
        WriteImages(folder, "a", "b");
        PredictRun.Run(model.Folder, folder["in"], folder["out"], ManyParts);
        short[] raw = Labels(folder["out/a.nii.gz"]);
        WriteImages(folder, "c");
        Decide(model, Thorough);

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], ManyParts with { Part = 0, Parts = 2 });
        PredictReport again = PredictRun.Run(model.Folder, folder["in"], folder["out"], ManyParts with { Part = 1, Parts = 2 });
        PredictRun.Run(model.Folder, folder["in"], folder["fresh"], ManyParts);

        // Then
        Assert.Equal(["a"], report.Postprocessed);
        Assert.Equal(["c"], report.Predicted);
        Assert.Empty(report.Skipped);
        Assert.False(report.Described);
        Assert.Equal(["b"], again.Postprocessed);
        Assert.True(again.Described);
        Assert.NotEqual(raw, Labels(folder["fresh/a.nii.gz"]));
        Assert.Equal(raw, Labels(folder["out/replaced/a.nii.gz"]));
        Assert.All(Files(folder["fresh"]), f => Assert.Equal(File.ReadAllBytes(folder["fresh/" + f]), File.ReadAllBytes(folder["out/" + f])));
        Assert.Equal(Files(folder["fresh"]), Files(folder["out"]));
    }

    [Fact]
    public void APostprocessingThatHasChangedOrGone_WhatWasPredictedBeforeIsPredictedAgain()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        WriteImages(folder, "a", "b");
        Decide(model, Thorough);
        PredictRun.Run(model.Folder, folder["in"], folder["out"]);

        // When
        Decide(model, OneClass);
        PredictReport changed = PredictRun.Run(model.Folder, folder["in"], folder["out"]);
        PredictRun.Run(model.Folder, folder["in"], folder["oneClass"]);
        File.Delete(Path.Combine(model.Folder, PostprocessingDecision.FileName));
        short[] oneClass = Labels(folder["out/a.nii.gz"]);
        PredictReport gone = PredictRun.Run(model.Folder, folder["in"], folder["out"]);
        PredictReport nothing = PredictRun.Run(model.Folder, folder["in"], folder["out"]);

        // Then
        Assert.Equal(["a", "b"], changed.Outdated.Select(static r => r.CaseId));
        Assert.Equal(["a", "b"], changed.Predicted);
        Assert.Empty(changed.Postprocessed);
        Assert.Equal(Labels(folder["oneClass/a.nii.gz"]), oneClass);
        Assert.Equal(["a", "b"], gone.Predicted);
        Assert.Equal(oneClass, Labels(folder["out/replaced/a.nii.gz"]));
        Assert.Equal(["a.nii.gz", "b.nii.gz", "plans.json"], Files(folder["out"]));
        Assert.Equal(["a", "b"], nothing.Skipped);
    }

    [Fact]
    public void APostprocessingThatRemovesTheSame_KeepsWhatThereIs()
    {
        // Given a decision for nothing, which is what there was without one
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        WriteImages(folder, "a");
        PredictRun.Run(model.Folder, folder["in"], folder["out"]);
        Decide(model, new PostprocessingDecision { ForWhichClasses = [], NumSamples = 5 });

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"]);

        // Then
        Assert.Equal(["a"], report.Skipped);
        Assert.Equal(5, PostprocessingDecision.Read(folder["out/postprocessing.json"]).NumSamples);
        Assert.False(Directory.Exists(folder["out/replaced"]));
    }

    [Fact]
    public void ASegmentationThatCannotBeRead_IsPredictedAgain()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        WriteImages(folder, "a");
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(folder["out"]).FullName, "a.nii.gz"), "torn");
        Decide(model, Thorough);

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"]);

        // Then
        Assert.Equal(["a"], report.Predicted);
        Assert.Equal("a", Assert.Single(report.Outdated).CaseId);
        Assert.Equal("torn", File.ReadAllText(folder["out/replaced/a.nii.gz"]));
    }

    [Fact]
    public void ACascadeWhoseFirstStageHasPostprocessingNow_PredictsTheSecondOneAgain()
    {
        // Given a first stage that predicts many parts
        using SmallModel low = new(folds: 2);
        Directory.Delete(Path.Combine(low.Folder, "fold_0"), recursive: true);
        Directory.Move(Path.Combine(low.Folder, "fold_1"), Path.Combine(low.Folder, "fold_0"));
        using SmallModel second = new(previousStage: true);
        using TemporaryFolder folder = new();
        WriteImages(folder, "a");
        CascadePredictRun.Run(low.Folder, second.Folder, folder["in"], folder["out"]);
        Decide(low, Thorough);

        // When
        PredictReport again = CascadePredictRun.Run(low.Folder, second.Folder, folder["in"], folder["out"]);
        CascadePredictRun.Run(low.Folder, second.Folder, folder["in"], folder["fresh"]);
        PredictReport nothing = CascadePredictRun.Run(low.Folder, second.Folder, folder["in"], folder["out"]);

        // Then
        Assert.Equal(["a"], again.Predicted);
        Assert.Equal(new CaseRemark("a", "was made from other files than a.nii.gz is now"), Assert.Single(again.Outdated));
        Assert.Equal(File.ReadAllBytes(folder["fresh/3d_lowres_predictions/a.nii.gz"]), File.ReadAllBytes(folder["out/3d_lowres_predictions/a.nii.gz"]));
        Assert.Equal(File.ReadAllBytes(folder["fresh/a.nii.gz"]), File.ReadAllBytes(folder["out/a.nii.gz"]));
        Assert.Equal(["a"], nothing.Skipped);
    }

    private static void Decide(SmallModel model, PostprocessingDecision decision) => decision.Write(Path.Combine(model.Folder, PostprocessingDecision.FileName));

    private static void WriteImages(TemporaryFolder folder, params string[] cases)
    {
        foreach (string one in cases) ImageFile.WriteVolume(folder[$"in/{one}_0000.nii.gz"], SmallModel.Image(seed: one[0]));
    }

    private static short[] Labels(string path) => ImageFile.ReadLabels(path).Voxels;

    private static string[] Files(string folder) => [.. Directory.EnumerateFiles(folder).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
}
