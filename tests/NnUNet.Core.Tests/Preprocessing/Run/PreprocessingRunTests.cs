using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Core.Tests.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Preprocessing.Run;

public sealed class PreprocessingRunTests
{
    private const string Stage3D = "nnUNetData_plans_v2.1_stage0";
    private const string Stage2D = "nnUNetData_plans_v2.1_2D_stage0";

    [SkippableFact]
    public void Run_OnTheHippocampus_WritesTheOriginalsFilesAndNumbers()
    {
        // Given
        using TemporaryFolder folder = new();
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = folder.Root }, static _ => null);
        string task = DecathlonConverter.Convert(TestData.Data("Task04_Hippocampus"), null, workspace);
        IReadOnlyDictionary<string, CaseStatistics> expected3D = CaseStatistics.Read(TestData.Golden("hippocampus/preprocessed_stats.json"), "3d");

        // When
        PreprocessingResult result = Assert.Single(new PreprocessingRun(workspace, new PreprocessingOptions()).Run(["4"]));

        // Then
        string output = workspace.PreprocessedTask(task);
        Assert.Equal(60, result.Made);
        Assert.Equal(
            [
                "dataset.json", "dataset_fingerprint.json", "file_checksums.json", "gt_segmentations", Stage2D, Stage3D,
                "nnUNetPlansv2.1_plans_2D.json", "nnUNetPlansv2.1_plans_3D.json",
            ],
            Directory.GetFileSystemEntries(output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(60, Directory.GetFiles(Path.Combine(output, "gt_segmentations")).Length);
        AssertSamePlan("hippocampus/nnUNetPlansv2.1_plans_3D.json", Path.Combine(output, "nnUNetPlansv2.1_plans_3D.json"));
        AssertSamePlan("hippocampus/nnUNetPlansv2.1_plans_2D.json", Path.Combine(output, "nnUNetPlansv2.1_plans_2D.json"));
        AssertOnDisk(expected3D, PreprocessedFolder.Of(output, result.Plan3D!, 0), result.Plan3D!);
        AssertOnDisk(CaseStatistics.Read(TestData.Golden("hippocampus/preprocessed_stats.json"), "2d"), PreprocessedFolder.Of(output, result.Plan2D!, 0), result.Plan2D!);
    }

    [Fact]
    public void Run_ASecondTime_TouchesNothing()
    {
        // Given
        using TinyTask task = new(cases: 6);
        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions());
        run.Run([task.Name]);
        Dictionary<string, DateTime> before = Times(task);

        // When
        PreprocessingResult again = Assert.Single(run.Run([task.Name]));

        // Then
        Assert.Equal((0, 6), (again.Made, again.Current));
        Assert.Equal(before, Times(task));
    }

    [Fact]
    public void Run_WhereAPlanWasEdited_KeepsTheEditBesideTheNewPlan_AndTellsOfKeysThatHadNoEffect()
    {
        // Given
        using TinyTask task = new(cases: 6);
        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions { Planner2D = null });
        run.Run([task.Name]);
        string path = Path.Combine(task.Workspace.PreprocessedTask(task.Name), "nnUNetPlansv2.1_plans_3D.json"), planned = File.ReadAllText(path);
        JsonNode edited = JsonNode.Parse(planned)!;
        edited["plans_per_stage"]!["0"]!["batch_sise"] = 7;
        File.WriteAllText(path, edited.ToJsonString());

        // When
        PreprocessingResult again = Assert.Single(run.Run([task.Name])), third = Assert.Single(run.Run([task.Name]));

        // Then
        Assert.Equal(planned, File.ReadAllText(path));
        Assert.Equal(edited.ToJsonString(), File.ReadAllText(path + ".replaced"));
        Assert.Equal(
            [
                "nnUNetPlansv2.1_plans_3D.json: it says otherwise than the planner does (it was edited, or planned by another version), so it is planned anew; what stood here is nnUNetPlansv2.1_plans_3D.json.replaced now; give a plan of your own a name of its own, see docs/plans.md",
                "nnUNetPlansv2.1_plans_3D.json.replaced: the key plans_per_stage.0.batch_sise is not known, so it has no effect; did you mean batch_size?; correct it in the plan of your own",
            ],
            again.Warnings.Select(static w => w.ToString()));
        Assert.Empty(third.Warnings);
    }

    [SkippableFact]
    public void Run_WhereAnEditedPlanLiesBesideOneOfPython_PlansAnewAllTheSame()
    {
        // Given
        using TinyTask task = new(cases: 6);
        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions { Planner2D = null });
        run.Run([task.Name]);
        string path = Path.Combine(task.Workspace.PreprocessedTask(task.Name), "nnUNetPlansv2.1_plans_3D.json"), planned = File.ReadAllText(path);
        JsonNode edited = JsonNode.Parse(planned)!;
        edited["plans_per_stage"]!["0"]!["batch_size"] = 7;
        File.WriteAllText(path, edited.ToJsonString());
        File.Copy(TestData.Golden("hippocampus/nnUNetPlansv2.1_plans_3D.pkl"), Path.ChangeExtension(path, ".pkl"));

        // When
        run.Run([task.Name]);

        // Then the JSON counts, so that it must not be gone when it is replaced
        Assert.Equal(planned, File.ReadAllText(path));
        Assert.Equal(edited.ToJsonString(), File.ReadAllText(path + ".replaced"));
    }

    [Fact]
    public void Run_WhereTheDataChanged_PlansAnewWithoutAWord()
    {
        // Given
        using TinyTask task = new(cases: 6);
        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions { Planner2D = null });
        run.Run([task.Name]);
        string path = Path.Combine(task.Workspace.PreprocessedTask(task.Name), "nnUNetPlansv2.1_plans_3D.json");
        File.WriteAllText(path, File.ReadAllText(path) + " ");
        File.SetLastWriteTimeUtc(task.Image("case_03", 0), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        // When
        PreprocessingResult again = Assert.Single(run.Run([task.Name]));

        // Then
        Assert.Empty(again.Warnings);
        Assert.False(File.Exists(path + ".replaced"));
    }

    [Fact]
    public void Look_BeforeAndAfterARun_TellsWhatIsCurrent_AndChangesNothing()
    {
        // Given
        using TinyTask task = new(cases: 6);
        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions { VerifyIntegrity = true, VerifyOnce = true });

        // When
        PreprocessingState before = run.StateOf(task.Name);
        bool untouched = !Directory.Exists(task.Workspace.PreprocessedTask(task.Name));
        run.Run([task.Name]);
        PreprocessingState after = run.StateOf(task.Name);
        File.SetLastWriteTimeUtc(task.Image("case_03", 0), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        PreprocessingState changed = run.StateOf(task.Name);

        // Then
        Assert.Equal(new PreprocessingState(task.Name, 6, Verified: false, Planned: false, Current: 0, Copied: false), before);
        Assert.True(untouched);
        Assert.True(after.IsComplete);
        Assert.Equal((false, false), (changed.Verified, changed.IsComplete));
    }

    [Fact]
    public void Run_VerifyOnce_VerifiesOnlyFilesThatHaveChanged()
    {
        // Given
        using TinyTask task = new(cases: 6);
        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions { VerifyIntegrity = true, VerifyOnce = true });
        ConcurrentBag<PreprocessingStep> first = [], second = [], third = [];

        // When
        run.Run([task.Name], new ProgressCall(p => first.Add(p.Step)));
        run.Run([task.Name], new ProgressCall(p => second.Add(p.Step)));
        File.SetLastWriteTimeUtc(task.Image("case_03", 0), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        run.Run([task.Name], new ProgressCall(p => third.Add(p.Step)));

        // Then
        Assert.Contains(PreprocessingStep.Verify, first);
        Assert.DoesNotContain(PreprocessingStep.Verify, second);
        Assert.Contains(PreprocessingStep.Verify, third);
    }

    [Fact]
    public void Run_ALabelFileChangedWithItsSizeAndTimeKept_IsFoundByRecheck_AndCountsFromThenOn()
    {
        // Given the segmentation of another case under the same size and time
        using TinyTask task = new(cases: 6);
        PreprocessingOptions usual = new(), recheck = new() { Recheck = true };
        new PreprocessingRun(task.Workspace, usual).Run([task.Name]);
        PreprocessingResult nothing = Assert.Single(new PreprocessingRun(task.Workspace, recheck).Run([task.Name]));
        string label = Path.Combine(task.Workspace.RawTask(task.Name), "labelsTr", "case_03.nii.gz");
        string copy = Path.Combine(task.Workspace.PreprocessedTask(task.Name), "gt_segmentations", "case_03.nii.gz");
        DateTime time = File.GetLastWriteTimeUtc(label);
        byte[] content = File.ReadAllBytes(label);
        content[4] ^= 1; // a byte of the gzip header that decides nothing
        File.WriteAllBytes(label, content);
        File.SetLastWriteTimeUtc(label, time);

        // When
        PreprocessingResult unseen = Assert.Single(new PreprocessingRun(task.Workspace, usual).Run([task.Name]));
        PreprocessingState state = new PreprocessingRun(task.Workspace, recheck).StateOf(task.Name);
        bool stale = !File.ReadAllBytes(copy).AsSpan().SequenceEqual(content);
        PreprocessingResult seen = Assert.Single(new PreprocessingRun(task.Workspace, recheck).Run([task.Name]));
        PreprocessingResult after = Assert.Single(new PreprocessingRun(task.Workspace, usual).Run([task.Name]));

        // Then
        Assert.Equal((0, 6), (nothing.Made, nothing.Current));
        Assert.Equal((0, 6), (unseen.Made, unseen.Current));
        Assert.False(state.Planned);
        Assert.True(stale);
        Assert.Equal((1, 5), (seen.Made, seen.Current));
        Assert.Equal(content, File.ReadAllBytes(copy));
        Assert.Equal((0, 6), (after.Made, after.Current));
    }

    [Fact]
    public void Run_OneImageChanged_MakesOnlyThatCaseAgain()
    {
        // Given
        using TinyTask task = new(cases: 6);
        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions());
        run.Run([task.Name]);
        ImageFile.WriteVolume(task.Image("case_03", 0), TinyTask.Ramp(7));
        File.SetLastWriteTimeUtc(task.Image("case_03", 0), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        // When
        PreprocessingResult again = Assert.Single(run.Run([task.Name]));

        // Then
        Assert.Equal((1, 5), (again.Made, again.Current));
    }

    [Fact]
    public void Run_CancelledInTheMiddle_GoesOnWhereItWas()
    {
        // Given a run that is stopped after its second preprocessed case
        using TinyTask task = new(cases: 6);
        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions { Threads = 1 });
        using CancellationTokenSource cancel = new();
        ProgressCall stop = new(p =>
        {
            if (p.Step == PreprocessingStep.Preprocess && p.Done == 2) cancel.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => run.Run([task.Name], stop, cancel.Token));

        // When
        PreprocessingResult again = Assert.Single(run.Run([task.Name]));

        // Then
        Assert.Equal((4, 2), (again.Made, again.Current));
    }

    [Fact]
    public void Run_ACaseRemovedFromTheTask_IsRemovedFromItsFoldersToo()
    {
        // Given
        using TinyTask task = new(cases: 6);
        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions());
        run.Run([task.Name]);
        string description = Path.Combine(task.Folder, DatasetDescription.FileName);
        DatasetDescription before = DatasetDescription.Read(description);
        ProductJson.Write(description, before with { Training = [.. before.Training.Skip(1)] });

        // When
        run.Run([task.Name]);

        // Then
        string output = task.Workspace.PreprocessedTask(task.Name);
        Assert.Equal(task.CaseIds.Skip(1), new PreprocessedFolder(Path.Combine(output, Stage3D)).Cases);
        Assert.Equal(5, Directory.GetFiles(Path.Combine(output, "gt_segmentations")).Length);
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(output, Stage2D)), static f => f.Contains("case_00", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_TheSameData_WritesTheSameBytes()
    {
        // Given
        using TinyTask task = new(cases: 5, channelName: "CT");
        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions());
        string output = task.Workspace.PreprocessedTask(task.Name);
        run.Run([task.Name]);
        Dictionary<string, byte[]> first = Contents(output);
        Directory.Delete(output, recursive: true);

        // When
        run.Run([task.Name]);

        // Then
        Assert.Equal(first, Contents(output));
    }

    [Fact]
    public void Run_LittleMemory_GivesTheSame()
    {
        // Given
        using TinyTask task = new(cases: 5);
        string output = task.Workspace.PreprocessedTask(task.Name);
        new PreprocessingRun(task.Workspace, new PreprocessingOptions()).Run([task.Name]);
        Dictionary<string, byte[]> plenty = Contents(output);
        Directory.Delete(output, recursive: true);

        // When nothing may be kept between the steps, and one case runs at a time
        new PreprocessingRun(task.Workspace, new PreprocessingOptions { MaxRamBytes = 1, Threads = 3 }).Run([task.Name]);

        // Then
        Assert.Equal(plenty, Contents(output));
    }

    [Fact]
    public void Run_PlanOnly_WritesNoCases()
    {
        // Given
        using TinyTask task = new(cases: 5);

        // When
        PreprocessingResult result = Assert.Single(new PreprocessingRun(task.Workspace, new PreprocessingOptions { PlanOnly = true, Planner2D = null }).Run(["100"]));

        // Then
        Assert.Null(result.Plan2D);
        Assert.Equal(
            ["dataset.json", "dataset_fingerprint.json", "file_checksums.json", "nnUNetPlansv2.1_plans_3D.json"],
            Directory.GetFileSystemEntries(task.Workspace.PreprocessedTask(task.Name)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Run_SpacingOfTheUsersOwn_ResamplesToItUnderANameOfItsOwn()
    {
        // Given
        using TinyTask task = new(cases: 5);
        PreprocessingOptions options = new() { Planner2D = null, Planning = new PlanningOptions { Spacing = new Spacing(0.5, 0.5, 0.5) } };

        // When
        PreprocessingResult result = Assert.Single(new PreprocessingRun(task.Workspace, options).Run(["100"]));

        // Then
        PreprocessedFolder stage = PreprocessedFolder.Of(task.Workspace.PreprocessedTask(task.Name), result.Plan3D!, 0);
        using PreprocessedCaseFile file = stage.Open("case_00");
        Assert.Equal(new Extent(8, 10, 12), file.Extent);
        Assert.EndsWith("nnUNetData_plans_v2.1_trgSp_0.5x0.5x0.5_stage0", stage.Folder, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_FaultyCases_AreAllInOneReport()
    {
        // Given
        using TinyTask task = new(cases: 6);
        File.WriteAllText(task.Image("case_01", 0), "not an image");
        ImageFile.WriteLabels(task.Label("case_04"), new Volume<short>(new Extent(2, 2, 2)));

        // When
        DatasetException error = Assert.Throws<DatasetException>(() => new PreprocessingRun(task.Workspace, new PreprocessingOptions()).Run(["100"]));

        // Then
        Assert.Equal([task.Image("case_01", 0), task.Label("case_04")], error.Faults.Select(static f => f.Where));
        Assert.Equal("the segmentation has 2x2x2 voxels, but the first channel has 4x5x6", error.Faults[1].What);
    }

    [Fact]
    public void Run_VerificationOfTwoTasks_ReportsBothBeforeAnythingIsMade()
    {
        // Given
        using TinyTask first = new(cases: 5);
        using TinyTask second = new(cases: 5, name: "Task101_Other", workspace: first.Workspace);
        File.Delete(first.Label("case_00"));
        File.Delete(second.Label("case_00"));

        // When
        DatasetException error = Assert.Throws<DatasetException>(
            () => new PreprocessingRun(first.Workspace, new PreprocessingOptions { VerifyIntegrity = true }).Run(["100", "101"]));

        // Then
        Assert.Equal(["Task100_Tiny: labelsTr/case_00.nii.gz", "Task101_Other: labelsTr/case_00.nii.gz"], error.Faults.Select(static f => f.Where));
        Assert.False(Directory.Exists(first.Workspace.Preprocessed));
    }

    [Fact]
    public void RunEach_ATaskThatIsRefused_StopsNoOther()
    {
        // Given a task with a fault, a good one, and one that is not there
        using TinyTask first = new(cases: 5);
        using TinyTask second = new(cases: 5, name: "Task101_Other", workspace: first.Workspace);
        File.Delete(first.Label("case_00"));
        List<string> refused = [];

        // When
        IReadOnlyList<PreprocessingResult> results = new PreprocessingRun(first.Workspace, new PreprocessingOptions { VerifyIntegrity = true, PlanOnly = true })
            .RunEach(["100", "101", "102"], (task, e) => refused.Add($"{task}: {e.Where}"));

        // Then
        Assert.Equal("Task101_Other", Assert.Single(results).Task);
        Assert.Equal(["100: Task100_Tiny: labelsTr/case_00.nii.gz", "102: task 102"], refused);
    }

    [Fact]
    public void Options_WithFaults_AreRefusedWithAllOfThem()
    {
        // Given
        PreprocessingOptions options = new() { Planner2D = null, Planner3D = null, Threads = -1 };

        // When
        PreprocessingException error = Assert.Throws<PreprocessingException>(() => new PreprocessingRun(Workspace.Resolve(), options));

        // Then
        Assert.Equal("there is neither a 3D nor a 2D planner, so there is nothing to do; Threads is -1, but must be 0 or more", error.What);
    }

    [Fact]
    public void Run_PlannersOfTheWrongKind_AreRefused()
    {
        // Given
        using TinyTask task = new(cases: 5);

        // When
        PreprocessingException error = Assert.Throws<PreprocessingException>(
            () => new PreprocessingRun(task.Workspace, new PreprocessingOptions { Planner3D = "ExperimentPlanner2D_v21" }).Run(["100"]));

        // Then
        Assert.Equal("it plans 2D, but 3D is asked for", error.What);
    }

    private static void AssertSamePlan(string golden, string actual)
    {
        JsonNode expectedStages = ProductJson.ToNode(ProductJson.Read<Plan>(TestData.Golden(golden)).PlansPerStage)!;
        JsonNode actualStages = ProductJson.ToNode(ProductJson.Read<Plan>(actual).PlansPerStage)!;
        actualStages["0"]!.AsObject().Remove("approx_vram_consumption");
        expectedStages["0"]!.AsObject().Remove("approx_vram_consumption");
        Assert.Equal(expectedStages.ToJsonString(), actualStages.ToJsonString());
    }

    private static void AssertOnDisk(IReadOnlyDictionary<string, CaseStatistics> expected, PreprocessedFolder folder, Plan plan)
    {
        Assert.Equal(expected.Keys, folder.Cases);
        Dictionary<string, CaseStatistics> actual = [];
        foreach (string caseId in folder.Cases)
        {
            using PreprocessedCaseFile file = folder.Open(caseId);
            actual[caseId] = CaseStatistics.Of(file.Load(), plan);
            Assert.Equal(expected[caseId].LocationCounts, file.ClassLocations.ToDictionary(static l => l.Key, static l => l.Value.Length / 3));
        }

        CaseStatistics.AssertClose(expected, actual, tolerance: 1e-4);
    }

    private static Dictionary<string, DateTime> Times(TinyTask task) =>
        Directory.GetFiles(task.Workspace.PreprocessedTask(task.Name), "*", SearchOption.AllDirectories).ToDictionary(static f => f, File.GetLastWriteTimeUtc);

    private static Dictionary<string, byte[]> Contents(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToDictionary(static f => f, File.ReadAllBytes);

    private sealed class ProgressCall(Action<PreprocessingProgress> report) : IProgress<PreprocessingProgress>
    {
        public void Report(PreprocessingProgress value) => report(value);
    }
}
