using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Tests;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Workflows.Tests.Prediction;

/// <summary>Inputs and disks as they come: what cannot be predicted is named with its reason, the rest is predicted, and nothing is half-written.</summary>
public sealed class HostileInputTests : LeakCheckedTest
{
    [Fact]
    public void CasesThatAreWrongInManyWays_AreEachReportedAndStopNoOther()
    {
        // Given: good is well; the others lack a channel, differ in place or size, have two axes, or are cut off
        using SmallModel model = new(channels: 2);
        using TemporaryFolder folder = new();
        Volume<float> image = SmallModel.Image();
        Volume<float> moved = image.WithGeometry(image.Geometry with { ItkOrigin = [30, -4, 5] });
        Write(folder, "channel", image);
        Write(folder, "flat", SmallModel.Image(1, dimensions: 2), SmallModel.Image(1, dimensions: 2));
        Write(folder, "good", image, image);
        Write(folder, "place", image, moved);
        Write(folder, "size", image, SmallModel.Image(16));
        Write(folder, "torn", image, image);
        byte[] whole = File.ReadAllBytes(folder["in/torn_0001.nii.gz"]);
        File.WriteAllBytes(folder["in/torn_0001.nii.gz"], whole[..(whole.Length / 2)]);

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"]);

        // Then
        Assert.Equal(["good"], report.Predicted);
        Assert.Equal(["channel", "flat", "place", "size", "torn"], report.Failures.Select(static f => f.CaseId));
        Assert.Equal("the model needs 2 channels: channel_0001 missing", report.Failures[0].Reason);
        Assert.Contains("the image has two axes, but the model segments volumes; use a 2d model", report.Failures[1].Reason, StringComparison.Ordinal);
        Assert.Contains("place_0001.nii.gz: ", report.Failures[2].Reason, StringComparison.Ordinal);
        Assert.Contains("compared with place_0000.nii.gz; resample the channels onto one grid", report.Failures[2].Reason, StringComparison.Ordinal);
        Assert.Contains("size_0001.nii.gz: it has 16x22x19 voxels, not 17x22x19", report.Failures[3].Reason, StringComparison.Ordinal);
        Assert.Contains("torn_0001.nii.gz: ", report.Failures[4].Reason, StringComparison.Ordinal);
        Assert.Equal(["good.nii.gz", "plans.json"], Files(folder["out"]));
    }

    [Fact]
    public void SmallThinAndBrokenImages_AreSegmentedAllTheSame_ButEmptyOnesAreNot()
    {
        // Given: smaller than the patch, one voxel thick, one voxel, all the same, with NaN and infinity, and nothing but 0
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Volume<float> broken = SmallModel.Image();
        broken.Voxels[100] = float.NaN;
        broken.Voxels[200] = float.PositiveInfinity;
        Volume<float> constant = SmallModel.Image();
        constant.Voxels.AsSpan().Fill(7);
        Write(folder, "constant", constant);
        Write(folder, "nan", broken);
        Write(folder, "small", SmallModel.Image(3, 4, 5));
        Write(folder, "thin", SmallModel.Image(1, 30, 30));
        Write(folder, "voxel", SmallModel.Image(1, 1, 1));
        Write(folder, "zero", new Volume<float>(new Extent(9, 9, 9)));

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"]);

        // Then
        PredictFailure failure = Assert.Single(report.Failures);
        Assert.Equal("zero", failure.CaseId);
        Assert.Contains("all voxels of the case are 0", failure.Reason, StringComparison.Ordinal);
        Assert.Equal(["constant", "nan", "small", "thin", "voxel"], report.Predicted);
        Assert.Equal("nan", Assert.Single(report.Warnings).CaseId);
        Assert.StartsWith("1 voxel is not a number (NaN), 1 is infinite", report.Warnings[0].Warning.What, StringComparison.Ordinal);
        Assert.Equal(new Extent(1, 30, 30), ImageFile.ReadHeader(folder["out/thin.nii.gz"]).Extent);
        Assert.Equal(new Extent(1, 1, 1), ImageFile.ReadHeader(folder["out/voxel.nii.gz"]).Extent);
    }

    [Fact]
    public void AResultThatCannotBeWritten_IsReportedWithItsCase()
    {
        // Given a folder where a's segmentation should be
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder, "a", SmallModel.Image());
        Write(folder, "b", SmallModel.Image());
        Directory.CreateDirectory(folder["out/a.nii.gz"]);

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"]);

        // Then
        PredictFailure failure = Assert.Single(report.Failures);
        Assert.Equal(("a", PredictStage.Export), (failure.CaseId, failure.Stage));
        Assert.Contains("the disk does not do what it should", failure.Reason, StringComparison.Ordinal);
        Assert.Equal(["b.nii.gz", "plans.json"], Files(folder["out"]));
    }

    [SkippableFact]
    public void AFullDisk_IsReportedWithItsCaseAndLeavesNothing()
    {
        // Given the names under which a is written beside its place, each on a disk without any room
        Skip.IfNot(File.Exists("/dev/full"), "this system has no device that is always full");
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder, "a", SmallModel.Image());
        Directory.CreateDirectory(folder["out"]);
        foreach (int thread in Enumerable.Range(1, 2000)) File.CreateSymbolicLink(folder[$"out/a.nii.gz.{Environment.ProcessId}-{thread}.tmp"], "/dev/full");

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"]);

        // Then
        PredictFailure failure = Assert.Single(report.Failures);
        Assert.Equal(("a", PredictStage.Export), (failure.CaseId, failure.Stage));
        Assert.Contains("No space left on device", failure.Reason, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["out/a.nii.gz"]));
        Assert.Equal(1999, Files(folder["out"]).Count(static f => f.EndsWith(".tmp", StringComparison.Ordinal)));
    }

    private static void Write(TemporaryFolder folder, string caseId, params Volume<float>[] channels)
    {
        for (int c = 0; c < channels.Length; c++) ImageFile.WriteVolume(folder[$"in/{caseId}_000{c}.nii.gz"], channels[c]);
    }

    private static string[] Files(string folder) => [.. Directory.EnumerateFiles(folder).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
}
