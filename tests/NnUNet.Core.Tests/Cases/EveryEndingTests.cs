using System.Globalization;
using NnUNet.Core.Cases;
using NnUNet.Core.Consolidation;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Core.Tests.Datasets;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Cases;

/// <summary>The way of a data set in each ending from the raw files to scores, with what systems leave in folders.</summary>
public sealed class EveryEndingTests
{
    public static TheoryData<string, string[]> Endings => new()
    {
        { ".hdr", [".hdr", ".img"] },
        { ".hdr.gz", [".hdr.gz", ".img.gz"] },
        { ".HDR", [".HDR", ".IMG"] },
        { ".nii", [".nii"] },
        { ".NII.GZ", [".NII.GZ"] },
    };

    [Theory]
    [MemberData(nameof(Endings))]
    public void ARawTask_IsVerifiedPlannedAndPreprocessedOnce_AndItsReferencesAreWhole(string ending, string[] files)
    {
        // Given
        using TinyTask task = new(cases: 6, channels: 2, ending: ending);
        AddShadows(Path.Combine(task.Folder, "imagesTr"), "case_00_0000" + ending);
        AddShadows(Path.Combine(task.Folder, "labelsTr"), "case_00" + ending);
        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions { VerifyIntegrity = true });
        string references = Path.Combine(task.Workspace.PreprocessedTask(task.Name), "gt_segmentations");

        // When
        PreprocessingResult first = Assert.Single(run.Run([task.Name]));
        PreprocessingState state = run.StateOf(task.Name);
        PreprocessingResult again = Assert.Single(run.Run([task.Name]));

        // Then
        Assert.Equal((6, 0), (first.Made, again.Made));
        Assert.True(state.IsComplete);
        Assert.Equal(task.CaseIds.SelectMany(c => files.Select(f => c + f)), Directory.GetFiles(references).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(TinyTask.Corners().Voxels, ImageFile.ReadLabels(ReferenceSegmentations.Of(references, ["case_03"])[0].Path).Voxels);
    }

    [Theory]
    [InlineData("imagesTr/case_02_0000.img")]
    [InlineData("labelsTr/case_02.img")]
    public void AVoxelFileThatHasChanged_MakesItsCaseNotCurrent(string file)
    {
        // Given
        using TinyTask task = new(cases: 6, ending: ".hdr");
        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions { VerifyIntegrity = true });
        run.Run([task.Name]);
        string changed = Path.Combine(task.Folder, file);

        // When
        File.SetLastWriteTimeUtc(changed, File.GetLastWriteTimeUtc(changed).AddSeconds(1));
        PreprocessingState state = run.StateOf(task.Name);
        PreprocessingResult again = Assert.Single(run.Run([task.Name]));

        // Then
        Assert.False(state.IsComplete);
        Assert.Equal(1, again.Made);
        Assert.True(run.StateOf(task.Name).IsComplete);
    }

    [Fact]
    public void LinksToImages_AreFollowed()
    {
        // Given: raw files that are links to files elsewhere
        using TinyTask task = new(cases: 6);
        using TemporaryFolder store = new();
        foreach (string path in Directory.GetFiles(task.Folder, "*.nii.gz", SearchOption.AllDirectories))
        {
            File.Move(path, store[Path.GetFileName(path)]);
            File.CreateSymbolicLink(path, store[Path.GetFileName(path)]);
        }

        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions { VerifyIntegrity = true });

        // When
        run.Run([task.Name]);
        bool complete = run.StateOf(task.Name).IsComplete;
        File.SetLastWriteTimeUtc(store["case_01.nii.gz"], DateTime.UnixEpoch.AddYears(40));

        // Then
        Assert.True(complete);
        Assert.Null(new FileInfo(Path.Combine(task.Workspace.PreprocessedTask(task.Name), "gt_segmentations/case_01.nii.gz")).LinkTarget);
        Assert.False(run.StateOf(task.Name).IsComplete);
    }

    [Fact]
    public void NamesThatTheDiskStoresDecomposed_BelongToTheCasesThatTheDescriptionNamesComposed()
    {
        // Given: ü as one character in dataset.json, as u and two dots in the files' names
        using TinyTask task = new(cases: 6);
        foreach (string path in Directory.GetFiles(task.Folder, "case_00*", SearchOption.AllDirectories)) File.Move(path, path.Replace("case_00", "Mu\u0308ller", StringComparison.Ordinal));
        string description = Path.Combine(task.Folder, DatasetDescription.FileName);
        File.WriteAllText(description, File.ReadAllText(description).Replace("case_00", "M\u00fcller", StringComparison.Ordinal));
        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions { VerifyIntegrity = true });

        // When
        PreprocessingResult result = Assert.Single(run.Run([task.Name]));

        // Then
        Assert.Equal(6, result.Made);
        Assert.Contains("M\u00fcller", PreprocessedFolder.Of(task.Workspace.PreprocessedTask(task.Name), result.Plan3D!, 0).Cases);
        Assert.NotNull(ImageFolder.Of(Path.Combine(task.Workspace.PreprocessedTask(task.Name), "gt_segmentations")).Find("M\u00fcller"));
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void AFolderIsEvaluated_WhateverLiesThereToo(string ending, string[] files)
    {
        // Given
        using TemporaryFolder folder = new();
        ImageFile.WriteLabels(folder["predictions/Mu\u0308ller" + ending], TinyTask.Corners());
        ImageFile.WriteLabels(folder["references/M\u00fcller.nii.gz"], TinyTask.Corners());
        AddShadows(folder["predictions"], "Mu\u0308ller" + ending);
        AddShadows(folder["references"], "M\u00fcller.nii.gz");

        // When
        SegmentationSummary summary = FolderEvaluator.Evaluate(folder["references"], folder["predictions"], EvaluationLabel.From([1, 2]));

        // Then
        Assert.Equal("M\u00fcller", Assert.Single(summary.Results.All).CaseId);
        Assert.Equal(1, summary.ForegroundMean());
        Assert.True(files.All(f => File.Exists(folder["predictions/Mu\u0308ller" + f])));
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void FoldsArePooledAndPostprocessed_InTheirEnding(string ending, string[] files)
    {
        // Given
        using TemporaryFolder model = new();
        for (int fold = 0; fold < 2; fold++)
        {
            string folder = model[string.Create(CultureInfo.InvariantCulture, $"fold_{fold}/validation_raw")];
            ImageFile.WriteLabels(Path.Combine(folder, $"case_{fold}{ending}"), TwoParts());
            ImageFile.WriteLabels(model[$"gt_niftis/case_{fold}{ending}"], TinyTask.Corners());
            AddShadows(folder, $"case_{fold}{ending}");
            new SegmentationSummary { Results = new SummaryResults { All = [], Mean = new(StringComparer.Ordinal) { ["1"] = new(StringComparer.Ordinal), ["2"] = new(StringComparer.Ordinal) } } }.Write(Path.Combine(folder, "summary.json"));
        }

        FoldConsolidationOptions options = new() { Folds = [0, 1], ReuseCurrent = true };

        // When
        FoldConsolidationResult first = FoldConsolidation.Run(model.Root, options);
        bool reused = FoldConsolidation.Run(model.Root, options).Reused;
        string voxels = model["fold_1/validation_raw/case_1" + files[^1]];
        File.SetLastWriteTimeUtc(voxels, File.GetLastWriteTimeUtc(voxels).AddSeconds(1));
        bool afterChange = FoldConsolidation.Run(model.Root, options).Reused;

        // Then
        Assert.Equal((false, true, false), (first.Reused, reused, afterChange));
        Assert.Equal([ComponentRegion.Of(2)], first.Decision!.ForWhichClasses);
        string[] expected = ["case_0", "case_1"];
        Assert.All(
            (string[])["cv_niftis_raw", "cv_niftis_postprocessed"],
            name => Assert.Equal(expected.SelectMany(c => files.Select(f => c + f)), Directory.GetFiles(model[name], "case*").Select(Path.GetFileName).Order(StringComparer.Ordinal)));
        Assert.Equal(TinyTask.Corners().Voxels, ImageFile.ReadLabels(model["cv_niftis_postprocessed/case_1" + ending]).Voxels);
    }

    [Fact]
    public void ADecathlonTask_IsConvertedWithAllFilesAndWithoutShadows()
    {
        // Given
        using TemporaryFolder folder = new();
        Volume<float> image = TinyTask.Ramp(10);
        ImageFile.WriteVolume(folder["Task09_Toy/imagesTr/toy_1.hdr"], image);
        ImageFile.WriteLabels(folder["Task09_Toy/labelsTr/toy_1.hdr"], TinyTask.Corners());
        AddShadows(folder["Task09_Toy/imagesTr"], "toy_1.hdr");
        AddShadows(folder["Task09_Toy/labelsTr"], "toy_1.hdr");
        File.WriteAllText(folder["Task09_Toy/dataset.json"], "{}");
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = folder.Root }, static _ => null);

        // When
        string task = DecathlonConverter.Convert(folder["Task09_Toy"], null, workspace);

        // Then
        string raw = workspace.RawTask(task);
        Assert.Equal(["toy_1_0000.hdr", "toy_1_0000.img"], Directory.GetFiles(Path.Combine(raw, "imagesTr")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(image.Voxels, ImageFile.ReadVolume(Path.Combine(raw, "imagesTr/toy_1_0000.hdr")).Voxels);
        Assert.Equal(["toy_1.hdr", "toy_1.img"], Directory.GetFiles(Path.Combine(raw, "labelsTr")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ADescriptionIsGenerated_FromPairsWithSegmentationsInAnotherEnding()
    {
        // Given
        using TinyTask task = new(cases: 2, ending: ".hdr.gz");
        AddShadows(Path.Combine(task.Folder, "imagesTr"), "case_00_0000.hdr.gz");
        ImageLocation.Of(task.Label("case_01"))!.Delete();
        ImageFile.WriteLabels(Path.Combine(task.Folder, "labelsTr/case_01.nii"), TinyTask.Corners());

        // When
        DatasetDescription description = DatasetDescriptionGenerator.Generate(
            task.Folder, new DatasetDescriptionOptions { Channels = ["MR"], Labels = new Dictionary<int, string> { [0] = "background", [1] = "a", [2] = "b" } });

        // Then
        Assert.Equal([new TrainingEntry("./imagesTr/case_00.hdr.gz", "./labelsTr/case_00.hdr.gz"), new TrainingEntry("./imagesTr/case_01.hdr.gz", "./labelsTr/case_01.nii")], description.Training);
        Assert.Empty(DatasetVerifier.Verify(task.Folder).Faults);
    }

    internal static void AddShadows(string folder, string name)
    {
        Directory.CreateDirectory(Path.Combine(folder, "__MACOSX"));
        foreach (string shadow in (string[])["._" + name, ".DS_Store", "Thumbs.db", "__MACOSX/._" + name]) File.WriteAllText(Path.Combine(folder, shadow), "no image");
    }

    private static Volume<short> TwoParts()
    {
        Volume<short> labels = TinyTask.Corners();
        labels[0, 4, 0] = 2;
        return labels;
    }
}
