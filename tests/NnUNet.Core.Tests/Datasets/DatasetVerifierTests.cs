using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Datasets;

public sealed class DatasetVerifierTests
{
    [Fact]
    public void Verify_AGoodTask_FindsNothing()
    {
        // Given
        using TinyTask task = new(cases: 3, channels: 2);

        // When
        DatasetReport report = DatasetVerifier.Verify(task.Folder);

        // Then
        Assert.Equal("Task100_Tiny: 3 training cases, no faults.", report.ToString());
    }

    [SkippableFact]
    public void Verify_TheHippocampus_FindsNoFault()
    {
        // Given
        using TemporaryFolder folder = new();
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = folder.Root }, static _ => null);
        string task = DecathlonConverter.Convert(TestData.Data("Task04_Hippocampus"), null, workspace);

        // When
        DatasetReport report = DatasetVerifier.Verify(workspace.RawTask(task));

        // Then
        Assert.Empty(report.Faults);
    }

    [Fact]
    public void Verify_AnUndeclaredLabel_IsCountedAndNamed()
    {
        // Given
        using TinyTask task = new(cases: 2);
        Volume<short> labels = TinyTask.Corners();
        labels.Row(1, 1).Fill(3);
        ImageFile.WriteLabels(task.Label("case_01"), labels);

        // When
        DatasetReport report = DatasetVerifier.Verify(task.Folder);

        // Then
        Assert.Equal("Task100_Tiny: labelsTr/case_01.nii.gz: label 3 (6 voxels) is not in dataset.json (0, 1, 2); add it there or correct the file.", report.ToString());
    }

    [Fact]
    public void Verify_EveryKindOfFault_IsInOneReport()
    {
        // Given ten cases, nearly each with a fault of its own
        using TinyTask task = new(cases: 10, channels: 2);
        ImageGeometry half = ImageGeometry.FromSpacing(new Spacing(1, 1, 0.5));
        ImageGeometry rounded = ImageGeometry.Identity with { ItkOrigin = [0.01, 0, 0] };
        Volume<float> odd = TinyTask.Ramp(1);
        (odd[0, 0, 0], odd[0, 0, 1], odd[0, 0, 2]) = (float.NaN, float.NaN, float.NegativeInfinity);
        ImageFile.WriteVolume(task.Image("case_00", 1), odd);
        ImageFile.WriteVolume(task.Image("case_01", 1), TinyTask.Ramp(1).WithGeometry(half));
        ImageFile.WriteVolume(task.Image("case_02", 1), new Volume<float>(new Extent(4, 5, 7)));
        ImageFile.WriteLabels(task.Label("case_03"), TinyTask.Corners().WithGeometry(ImageGeometry.Identity with { ItkOrigin = [3, 0, 0] }));
        ImageFile.WriteLabels(task.Label("case_04"), new Volume<short>(new Extent(4, 5, 6)));
        File.WriteAllText(task.Image("case_05", 0), "not an image");
        File.Delete(task.Image("case_06", 1));
        File.Copy(task.Image("case_07", 0), task.Image("case_07", 2));
        File.Copy(task.Image("case_07", 0), task.Image("other", 0));
        ImageFile.WriteVolume(task.Image("case_08", 1), TinyTask.Ramp(1).WithGeometry(rounded));
        ImageFile.WriteVolume(task.Image("case_09", 0), new Volume<float>(new Extent(4, 5, 6)));
        ImageFile.WriteVolume(task.Image("case_09", 1), new Volume<float>(new Extent(4, 5, 6)));

        // When
        DatasetReport report = DatasetVerifier.Verify(task.Folder);

        // Then
        Assert.Equal(
            [
                "imagesTr/case_06_0001.nii.gz: the file is missing, but dataset.json lists the case case_06",
                "imagesTr/case_07_0002.nii.gz: the file is one too many for the case case_07",
                "imagesTr/other_0000.nii.gz: the file belongs to no case in dataset.json",
                "imagesTr/case_00_0001.nii.gz: 2 voxels are not a number (NaN)",
                "imagesTr/case_00_0001.nii.gz: 1 voxels are infinite or beyond the range of float32",
                "imagesTr/case_01_0001.nii.gz: its grid is up to 2.5 voxels off (spacing (0.5, 1, 1) instead of (1, 1, 1) mm, x, y, z) compared with imagesTr/case_01_0000.nii.gz",
                "imagesTr/case_02_0001.nii.gz: it has 4x5x7 voxels, not 4x5x6 compared with imagesTr/case_02_0000.nii.gz",
                "labelsTr/case_03.nii.gz: its grid is up to 3 voxels off (origin (3, 0, 0) instead of (0, 0, 0) mm, x, y, z) compared with imagesTr/case_03_0000.nii.gz",
                "imagesTr/case_05_0000.nii.gz",
                "imagesTr/case_09_0000.nii.gz: all voxels of the case are 0",
            ],
            report.Faults.Select(static f => f.Where.EndsWith("case_05_0000.nii.gz", StringComparison.Ordinal) ? f.Where : $"{f.Where}: {f.What}"));
        Assert.Contains(report.Warnings, static w => w.ToString() == "labelsTr/case_04.nii.gz: the segmentation is empty: every voxel is background; correct the file if the image shows something");
        Assert.Throws<DatasetException>(report.ThrowIfFaulty);
    }

    [Fact]
    public void Verify_PairsWithoutTheirVoxels_AreMissingFilesAndNothingElse()
    {
        // Given
        using TinyTask task = new(cases: 3, ending: ".hdr");
        File.Delete(Path.ChangeExtension(task.Image("case_00", 0), ".img"));
        File.Delete(Path.ChangeExtension(task.Label("case_01"), ".img"));
        string[] expected =
        [
            "imagesTr/case_00_0000.img: the file is missing, but dataset.json lists the case case_00",
            "labelsTr/case_01.img: the file is missing, but dataset.json lists the case case_01",
        ];

        // Then
        Assert.Equal(expected, DatasetVerifier.Verify(task.Folder).Faults.Select(static f => $"{f.Where}: {f.What}"));
        Assert.Equal(expected, Assert.Throws<DatasetException>(() => DatasetFolder.Open(task.Folder)).Faults.Select(static f => $"{f.Where}: {f.What}"));
        DatasetDescriptionOptions described = new() { Channels = ["MR"], Labels = new Dictionary<int, string> { [0] = "background", [1] = "a", [2] = "b" } };
        Assert.Equal(
            ["imagesTr/case_00_0000.img", "labelsTr/case_01.img"],
            Assert.Throws<DatasetException>(() => DatasetDescriptionGenerator.Generate(task.Folder, described)).Faults.Select(static f => f.Where));
    }

    [Fact]
    public void Verify_AFileOfNoKnownFormat_IsAFault()
    {
        // Given
        using TinyTask task = new(cases: 2);
        File.Move(task.Image("case_01", 0), Path.Combine(task.Folder, "imagesTr", "case_01_0000.mgz"));
        string description = Path.Combine(task.Folder, DatasetDescription.FileName);
        File.WriteAllText(description, File.ReadAllText(description).Replace("imagesTr/case_01.nii.gz", "imagesTr/case_01.mgz", StringComparison.Ordinal));

        // When
        DatasetFault fault = Assert.Single(DatasetVerifier.Verify(task.Folder).Faults);

        // Then
        Assert.Equal("imagesTr/case_01_0000.mgz: the ending is not that of a known image format", $"{fault.Where}: {fault.What}");
    }

    [Fact]
    public void Verify_FaultsOfTheDescription_AreInTheReport()
    {
        // Given a case listed twice, a gap in the labels, and an image and label of different names
        using TinyTask task = new(cases: 2);
        string path = Path.Combine(task.Folder, DatasetDescription.FileName);
        DatasetDescription description = DatasetDescription.Read(path);
        ProductJson.Write(path, description with
        {
            Labels = new Dictionary<string, string> { ["0"] = "background", ["1"] = "a", ["2"] = "b", ["4"] = "d" },
            Training = [description.Training[0], description.Training[0], description.Training[1] with { Label = "./labelsTr/case_00.nii.gz" }],
        });

        // When
        DatasetReport report = DatasetVerifier.Verify(task.Folder);

        // Then
        Assert.Equal("the labels are 0, 1, 2, 4", report.Faults[0].What);
        Assert.Equal("the case case_00 is listed 2 times", report.Faults[1].What);
        Assert.Equal("the case case_01 has the label ./labelsTr/case_00.nii.gz", report.Faults[2].What);
        Assert.Equal("labelsTr/case_01.nii.gz", report.Faults[3].Where);
        Assert.Equal("no case has label 4", Assert.Single(report.Warnings).What);
    }

    [Fact]
    public void Verify_ImagesThatPointToDifferentDirections_AreAWarning()
    {
        // Given
        using TinyTask task = new(cases: 2);
        ImageGeometry flipped = ImageGeometry.Identity with { ItkDirection = [-1, 0, 0, 0, 1, 0, 0, 0, 1] };
        ImageFile.WriteVolume(task.Image("case_01", 0), TinyTask.Ramp(1).WithGeometry(flipped));
        ImageFile.WriteLabels(task.Label("case_01"), TinyTask.Corners().WithGeometry(flipped));

        // When
        DatasetReport report = DatasetVerifier.Verify(task.Folder);

        // Then
        Assert.Empty(report.Faults);
        Assert.Equal("the images' axes point to different directions (LPS: 1, RPS: 1)", Assert.Single(report.Warnings).What);
    }
}
