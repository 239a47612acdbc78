using System.Globalization;
using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Core.Datasets.Repair;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Tests.Datasets.Repair;

public sealed class DatasetRepairTests
{
    [Fact]
    public void AGoodTask_IsCopiedAsItIs()
    {
        // Given
        using TinyTask task = new(cases: 3, channels: 2);

        // When
        RepairReport report = DatasetRepair.Run(task.Workspace, "100");

        // Then
        Assert.Equal(("Task101_Tiny", 3, 0), (report.Copy, report.Cases, report.Mended.Count + report.SetAside.Count + report.Left.Count));
        Assert.Equal(File.ReadAllBytes(Path.Combine(task.Folder, "dataset.json")), File.ReadAllBytes(Path.Combine(report.Folder, "dataset.json")));
        Assert.Equal(File.ReadAllBytes(task.Image("case_01", 1)), File.ReadAllBytes(Path.Combine(report.Folder, "imagesTr", "case_01_0001.nii.gz")));
    }

    [Fact]
    public void EveryFaultThatCanBeMended_IsMended_AndTheCopyVerifies()
    {
        // Given a task with a fault of each kind
        using TinyTask task = new(cases: 9, channels: 2);
        SpoilEverything(task);
        string[] before = Snapshot(task.Folder);
        Assert.True(DatasetVerifier.Verify(task.Folder).Faults.Count >= 6);

        // When
        RepairReport report = DatasetRepair.Run(task.Workspace, task.Name, new DatasetRepairOptions { To = "500", Map = new Dictionary<int, int> { [255] = 1 } });

        // Then
        Assert.Empty(report.Left);
        DatasetReport verified = DatasetVerifier.Verify(report.Folder);
        Assert.Equal("", string.Join('\n', verified.Faults));
        Assert.Equal(8, verified.Cases);
        Assert.Equal(before, Snapshot(task.Folder));
        Assert.Equal("Task500_Tiny", Path.GetFileName(report.Folder));
        Assert.Equal(["dataset.json", "header", "map", "names", "resampling", "rounding"], report.Mended.Select(static m => m.Kind).Distinct().Order(StringComparer.Ordinal));
        Assert.True(File.Exists(Path.Combine(report.Folder, "repair", "report.txt")));
        Assert.Equal(report.Mended.Count, JsonNode.Parse(File.ReadAllText(Path.Combine(report.Folder, "repair", "report.json")))!["mended"]!.AsArray().Count);
    }

    [Fact]
    public void WhatIsMended_IsWhatItShouldBe()
    {
        // Given
        using TinyTask task = new(cases: 9, channels: 2);
        SpoilEverything(task);

        // When
        RepairReport report = DatasetRepair.Run(task.Workspace, "100", new DatasetRepairOptions { Map = new Dictionary<int, int> { [255] = 1 } });

        // Then every segmentation is what it was before it was spoilt, on its image's grid
        string[] cases = ["case_00", "case_01", "case_02", "case_03", "case_04_\u00e4", "case_05", "case_07", "case_08"];
        Assert.All(cases, id =>
        {
            Volume<short> labels = ImageFile.ReadLabels(Path.Combine(report.Folder, "labelsTr", id + ".nii.gz"));
            Assert.Equal(TinyTask.Corners().Voxels, labels.Voxels);
            Assert.Equal(ImageFile.ReadHeader(Path.Combine(report.Folder, "imagesTr", id + "_0000.nii.gz")).Geometry, labels.Geometry);
            Assert.Equal(ImageFile.ReadHeader(Path.Combine(report.Folder, "imagesTr", id + "_0001.nii.gz")).Geometry, labels.Geometry);
        });
        Assert.Equal(TinyTask.Ramp(171).Voxels, ImageFile.ReadVolume(Path.Combine(report.Folder, "imagesTr", "case_07_0001.nii.gz")).Voxels);
        DatasetDescription description = DatasetDescription.Read(Path.Combine(report.Folder, "dataset.json"));
        Assert.Equal(cases, description.Training.Select(static t => t.CaseId).Order(StringComparer.Ordinal));
        Assert.Equal(8, description.Unknown["numTraining"].GetInt32());
        Assert.Equal("kept", description.Unknown["licence"].GetString());
        Assert.Equal(
            ["imagesTr/.DS_Store", "imagesTr/case_06_0000.nii.gz", "imagesTr/case_06_0001.nii.gz", "imagesTr/notes.txt", "imagesTr/other_0000.nii.gz", "labelsTr/._case_00.nii.gz", "Thumbs.db", "extra"],
            report.SetAside.Select(static s => s.Where));
    }

    [Fact]
    public void DryRun_TellsTheSame_AndWritesNothing()
    {
        // Given
        using TinyTask task = new(cases: 9, channels: 2);
        SpoilEverything(task);
        DatasetRepairOptions options = new() { Map = new Dictionary<int, int> { [255] = 1 } };

        // When
        RepairReport dry = DatasetRepair.Run(task.Workspace, "100", options with { DryRun = true });
        bool nothing = !Directory.Exists(dry.Folder);
        RepairReport real = DatasetRepair.Run(task.Workspace, "100", options);

        // Then
        Assert.True(nothing);
        Assert.Equal(dry with { DryRun = false }, real);
    }

    [Fact]
    public void ValuesThatNobodyDeclared_AreLeftAndNamed()
    {
        // Given a mask of 255, half a label, and labels on a place of which the header says nothing
        using TinyTask task = new(cases: 4);
        ImageFile.WriteLabels(task.Label("case_00"), With(TinyTask.Corners(), 255));
        ImageFile.WriteVolume(task.Label("case_01"), Floats(TinyTask.Corners(), 0.5f));
        ImageFile.WriteVolume(task.Image("case_02", 0), TinyTask.Ramp(3).WithGeometry(Elsewhere));

        // When
        RepairReport report = DatasetRepair.Run(task.Workspace, "100");
        DatasetReport verified = DatasetVerifier.Verify(report.Folder);

        // Then what is left is what the verification of the copy finds
        Assert.Equal(["labelsTr/case_00.nii.gz", "labelsTr/case_01.nii.gz", "labelsTr/case_02.nii.gz"], report.Left.Select(static f => f.Where));
        Assert.Equal(verified.Faults.Select(static f => f.What), report.Left.Select(static f => f.What));
        Assert.Contains("--trust-size", report.Left[2].Remedy, StringComparison.Ordinal);
        Assert.Empty(report.Mended);
    }

    [Fact]
    public void LostHeader_IsReplaced_WhereTheUserSaysSo()
    {
        // Given
        using TinyTask task = new(cases: 2);
        ImageFile.WriteVolume(task.Image("case_01", 0), TinyTask.Ramp(3).WithGeometry(Elsewhere));

        // When
        RepairReport report = DatasetRepair.Run(task.Workspace, "100", new DatasetRepairOptions { TrustSize = true });

        // Then
        Assert.Empty(report.Left);
        Assert.Equal("labelsTr/case_01.nii.gz", Assert.Single(report.Mended).Where);
        Assert.Equal(ImageFile.ReadHeader(task.Image("case_01", 0)).Geometry, ImageFile.ReadHeader(Path.Combine(report.Folder, "labelsTr", "case_01.nii.gz")).Geometry);
        Assert.Equal(TinyTask.Corners().Voxels, ImageFile.ReadLabels(Path.Combine(report.Folder, "labelsTr", "case_01.nii.gz")).Voxels);
    }

    [Fact]
    public void SegmentationOfAnotherPlace_IsNotResampledAway()
    {
        using TinyTask task = new(cases: 2);
        ImageFile.WriteLabels(task.Label("case_01"), TinyTask.Corners().WithGeometry(Elsewhere));

        RepairReport report = DatasetRepair.Run(task.Workspace, "100");

        Assert.Equal("labelsTr/case_01.nii.gz", Assert.Single(report.Left).Where);
        Assert.Contains("covers 0%", report.Left[0].Remedy, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(task.Label("case_01")), File.ReadAllBytes(Path.Combine(report.Folder, "labelsTr", "case_01.nii.gz")));
    }

    [Fact]
    public void NamesThatBecomeTheSame_AreLeft()
    {
        // Given
        using TinyTask task = new(cases: 3);
        Rename(task, "case_00", "a b");
        Rename(task, "case_01", "a(b");

        // When
        RepairReport report = DatasetRepair.Run(task.Workspace, "100");

        // Then
        Assert.Equal("a b, a(b", Assert.Single(report.Left).Where);
        Assert.True(File.Exists(Path.Combine(report.Folder, "labelsTr", "a b.nii.gz")));
        Assert.Equal(3, DatasetDescription.Read(Path.Combine(report.Folder, "dataset.json")).Training.Count);
    }

    [Fact]
    public void FileThatIsCutOff_IsNamed_AndItsCaseIsNotInTheCopy()
    {
        // Given
        using TinyTask task = new(cases: 3);
        File.WriteAllBytes(task.Image("case_01", 0), File.ReadAllBytes(task.Image("case_01", 0))[..80]);

        // When
        RepairReport report = DatasetRepair.Run(task.Workspace, "100");

        // Then
        DatasetFault left = Assert.Single(report.Left);
        Assert.Equal("imagesTr/case_01_0000.nii.gz", left.Where);
        Assert.Contains("the case case_01 is not in the copy", left.What, StringComparison.Ordinal);
        Assert.Equal("Task101_Tiny: 2 training cases, no faults.", DatasetVerifier.Verify(report.Folder).ToString());
        Assert.False(File.Exists(Path.Combine(report.Folder, "labelsTr", "case_01.nii.gz")));
    }

    [Fact]
    public void ImagesWithoutTheNumberOfTheOnlyChannel_GetIt()
    {
        using TinyTask task = new(cases: 2);
        File.Move(task.Image("case_01", 0), Path.Combine(task.Folder, "imagesTr", "case_01.nii.gz"));

        RepairReport report = DatasetRepair.Run(task.Workspace, "100");

        Assert.Empty(report.Left);
        Assert.Equal("Task101_Tiny: 2 training cases, no faults.", DatasetVerifier.Verify(report.Folder).ToString());
        Assert.True(File.Exists(Path.Combine(report.Folder, "imagesTr", "case_01_0000.nii.gz")));
    }

    [Fact]
    public void InterruptedRepair_IsNoTask_AndARepeatedCallGoesOn()
    {
        // Given
        using TinyTask task = new(cases: 5);
        ImageFile.WriteLabels(task.Label("case_02"), With(TinyTask.Corners(), 255));
        DatasetRepairOptions options = new() { Threads = 1, Map = new Dictionary<int, int> { [255] = 1 } };
        using CancellationTokenSource cancel = new();
        StopAfter stop = new(3, cancel);

        // When it is interrupted
        Assert.ThrowsAny<OperationCanceledException>(() => DatasetRepair.Run(task.Workspace, "100", options, null, stop, cancel.Token));

        // Then
        string copy = task.Workspace.RawTask("Task101_Tiny");
        Assert.False(File.Exists(Path.Combine(copy, "dataset.json")));
        File.WriteAllText(Path.Combine(copy, "imagesTr", "half_0000.nii.gz"), "what a process left that was killed");

        // When it is repeated, and once more after a source has changed, and with another map
        RepairReport second = DatasetRepair.Run(task.Workspace, "100", options);
        ImageFile.WriteVolume(task.Image("case_01", 0), TinyTask.Ramp(7));
        RepairReport third = DatasetRepair.Run(task.Workspace, "100", options);
        RepairReport fourth = DatasetRepair.Run(task.Workspace, "100", options with { Map = new Dictionary<int, int> { [255] = 2 } });

        // Then
        Assert.Equal((3, 4, 0), (second.Kept, third.Kept, fourth.Kept));
        Assert.Equal(copy, fourth.Folder);
        Assert.Equal(second.Mended, third.Mended);
        Assert.Equal(TinyTask.Ramp(7).Voxels, ImageFile.ReadVolume(Path.Combine(copy, "imagesTr", "case_01_0000.nii.gz")).Voxels);
        Assert.Equal(2, ImageFile.ReadLabels(Path.Combine(copy, "labelsTr", "case_02.nii.gz")).Voxels[0]);
        Assert.Equal(5, Directory.GetFiles(Path.Combine(copy, "imagesTr")).Length);
        Assert.Empty(DatasetVerifier.Verify(copy).Faults);
    }

    [Fact]
    public void CaseThatIsTakenOut_LeavesTheCopyToo()
    {
        using TinyTask task = new(cases: 3);
        DatasetRepair.Run(task.Workspace, "100");
        File.Delete(task.Label("case_01"));

        RepairReport report = DatasetRepair.Run(task.Workspace, "100");

        Assert.Equal((2, 2), (report.Cases, report.Kept));
        Assert.False(File.Exists(Path.Combine(report.Folder, "imagesTr", "case_01_0000.nii.gz")));
    }

    [Fact]
    public void PlaceThatIsTaken_IsRefused()
    {
        // Given
        using TinyTask task = new(cases: 1);
        using TinyTask other = new(cases: 1, name: "Task200_Other", workspace: task.Workspace);

        // Then
        Refused(task, "100", "would lie over the task");
        Refused(task, "200", "Task200_Other has it already");
        Refused(task, "Task200_Other", "no repair has made it");
        Refused(task, "1000", "is not from 0 to 999");
        Refused(task, "Elsewhere", "not a task's name");
    }

    [Fact]
    public void WhatLooksOdd_IsNamed_AndDrawn()
    {
        // Given eight cases, of which some look odd
        using TinyTask task = new(cases: 8);
        foreach ((int i, string id) in task.CaseIds.Index())
        {
            ImageFile.WriteVolume(task.Image(id, 0), TinyTask.Ramp(100 + i).WithGeometry(Elsewhere));
            ImageFile.WriteLabels(task.Label(id), Corner(0, 0, 0).WithGeometry(Elsewhere));
        }

        ImageFile.WriteVolume(task.Image("case_01", 0), TinyTask.Ramp(101).WithGeometry(Thousandfold));
        ImageFile.WriteLabels(task.Label("case_01"), Corner(0, 0, 0).WithGeometry(Thousandfold));
        ImageFile.WriteVolume(task.Image("case_02", 0), TinyTask.Ramp(9000).WithGeometry(Elsewhere));
        ImageFile.WriteLabels(task.Label("case_03"), Corner(3, 0, 0).WithGeometry(Elsewhere));
        ImageFile.WriteLabels(task.Label("case_04"), Corner(0, 0, 5).WithGeometry(Elsewhere));
        ImageFile.WriteLabels(task.Label("case_05"), new Volume<short>(new Extent(4, 5, 6), Elsewhere));
        ImageFile.WriteVolume(task.Image("case_06", 0), Constant(100).WithGeometry(Elsewhere));
        Directory.CreateDirectory(Path.Combine(task.Folder, "imagesTs"));
        ImageFile.WriteVolume(Path.Combine(task.Folder, "imagesTs", "t_0000.nii"), TinyTask.Ramp(107));
        List<FindingPicture> drawn = [];

        // When
        RepairReport report = DatasetRepair.Run(task.Workspace, "100", null, p =>
        {
            drawn.Add(p);
            return [1, 2, 3];
        });

        // Then
        Assert.Equal(
            [
                "constant imagesTr/case_06_0000.nii.gz",
                "empty labelsTr/case_05.nii.gz",
                "identical imagesTr/case_07_0000.nii.gz",
                "intensities imagesTr/case_02_0000.nii.gz",
                "orientation imagesTr/case_03",
                "orientation imagesTr/case_04",
                "spacing imagesTr/case_01_0000.nii.gz",
            ],
            report.Findings.Select(static f => $"{f.Kind} {f.Where}"));
        Assert.Contains("training and test", report.Findings[2].What, StringComparison.Ordinal);
        Assert.Contains("upside down", report.Findings[4].What, StringComparison.Ordinal);
        Assert.Contains("left and right look exchanged", report.Findings[5].What, StringComparison.Ordinal);
        Assert.Contains("1000 times", report.Findings[6].What, StringComparison.Ordinal);
        Assert.Contains("metre or micron", report.Findings[6].What, StringComparison.Ordinal);
        Assert.All(report.Findings, f => Assert.Equal(3, new FileInfo(Path.Combine(report.Folder, f.Picture!)).Length));
        Assert.All(drawn, p => Assert.True(File.Exists(p.Image)));
        Assert.Equal(report.Findings.Count, drawn.Count(static p => File.Exists(p.Label)));
        Assert.Empty(report.Left);
    }

    [Fact]
    public void OrdinaryCases_LookOrdinary()
    {
        // Given computed images whose size, spacing, orientation, contrast and shading differ
        using TinyTask place = new(cases: 1);
        SyntheticDataset.Write(place.Workspace.RawTask("Task300_Synthetic"), new SyntheticDatasetOptions { TrainingCases = 10, TestCases = 2, Edge = 20 });

        // When
        RepairReport report = DatasetRepair.Run(place.Workspace, "300");

        // Then
        Assert.Equal((10, 2), (report.Cases, report.TestCases));
        Assert.Equal("", string.Join('\n', report.Findings.Select(static f => f.ToString())));
        Assert.Empty(report.Left);
        Assert.Empty(report.Mended);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(report.Folder, "labelsTs")).Length);
    }

    private static ImageGeometry Elsewhere => ImageGeometry.FromSpacing(new Spacing(2, 0.5, 0.5)) with { ItkOrigin = [40, 50, -60] };

    private static ImageGeometry Thousandfold => ImageGeometry.FromSpacing(new Spacing(2000, 500, 500)) with { ItkOrigin = [40, 50, -60] };

    private static void Refused(TinyTask task, string to, string why)
    {
        DescribedException refusal = Assert.ThrowsAny<DescribedException>(() => DatasetRepair.Run(task.Workspace, "100", new DatasetRepairOptions { To = to }));
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    private static void SpoilEverything(TinyTask task)
    {
        ImageFile.WriteLabels(task.Label("case_00"), TinyTask.Corners().WithGeometry(ImageGeometry.Identity with { ItkOrigin = [0.05, 0, 0] }));
        ImageFile.WriteLabels(task.Label("case_01"), Finer(TinyTask.Corners()));
        ImageFile.WriteLabels(task.Label("case_02"), With(TinyTask.Corners(), 255));
        ImageFile.WriteVolume(task.Label("case_03"), Floats(TinyTask.Corners(), 0.9995f));
        Rename(task, "case_04", "case 04 (a\u0308)");
        File.Delete(task.Label("case_06"));
        ImageFile.WriteVolume(task.Image("case_07", 1), TinyTask.Ramp(171).WithGeometry(ImageGeometry.Identity with { ItkOrigin = [0, 0.04, 0] }));
        ImageFile.WriteVolume(task.Image("other", 0), TinyTask.Ramp(5));
        File.WriteAllText(Path.Combine(task.Folder, "imagesTr", ".DS_Store"), "x");
        File.WriteAllText(Path.Combine(task.Folder, "imagesTr", "notes.txt"), "x");
        File.WriteAllText(Path.Combine(task.Folder, "labelsTr", "._case_00.nii.gz"), "x");
        File.WriteAllText(Path.Combine(task.Folder, "Thumbs.db"), "x");
        Directory.CreateDirectory(Path.Combine(task.Folder, "extra"));

        // case_05 is not listed, and the number is wrong
        string path = Path.Combine(task.Folder, "dataset.json");
        JsonObject description = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        JsonArray training = description["training"]!.AsArray();
        training.Remove(training.Single(static t => ((string)t!["image"]!).Contains("case_05", StringComparison.Ordinal)));
        description["numTraining"] = 12;
        description["licence"] = "kept";
        File.WriteAllText(path, description.ToJsonString());
    }

    private static void Rename(TinyTask task, string from, string to)
    {
        foreach (string file in Directory.GetFiles(task.Folder, from + "*", SearchOption.AllDirectories)) File.Move(file, file.Replace(from, to, StringComparison.Ordinal));
        string path = Path.Combine(task.Folder, "dataset.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace(from, to, StringComparison.Ordinal));
    }

    private static Volume<short> With(Volume<short> labels, short one) => new(Array.ConvertAll(labels.Voxels, v => v == 1 ? one : v), labels.Extent, labels.Geometry);

    private static Volume<float> Floats(Volume<short> labels, float one) => new(Array.ConvertAll(labels.Voxels, v => v == 1 ? one : v), labels.Extent, labels.Geometry);

    /// <summary>The same labels on a grid of half the spacing.</summary>
    private static Volume<short> Finer(Volume<short> labels)
    {
        Volume<short> finer = new(new Extent(8, 10, 12), ImageGeometry.FromSpacing(new Spacing(0.5, 0.5, 0.5)) with { ItkOrigin = [-0.25, -0.25, -0.25] });
        for (int i = 0; i < finer.Voxels.Length; i++) finer.Voxels[i] = labels[i / 120 / 2, i / 12 % 10 / 2, i % 12 / 2];
        return finer;
    }

    private static Volume<short> Corner(int z, int y, int x)
    {
        Volume<short> labels = new(new Extent(4, 5, 6));
        (labels[z, y, x], labels[z, y + 1, x]) = (1, 1);
        return labels;
    }

    private static Volume<float> Constant(float value)
    {
        Volume<float> volume = new(new Extent(4, 5, 6));
        volume.Voxels.AsSpan().Fill(value);
        return volume;
    }

    private static string[] Snapshot(string folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Order(StringComparer.Ordinal)
            .Select(static p => string.Create(CultureInfo.InvariantCulture, $"{p} {File.GetLastWriteTimeUtc(p).Ticks} {(File.Exists(p) ? Convert.ToHexString(File.ReadAllBytes(p)) : "")}")),
    ];

    private sealed class StopAfter(int cases, CancellationTokenSource cancel) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value)
        {
            if (value.Done == cases) cancel.Cancel();
        }
    }
}
