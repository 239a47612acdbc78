using NnUNet.Core.Datasets;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Tests.Datasets;

/// <summary>Labels are compared with those that are declared wherever segmentations are read, not under <c>--verify_dataset_integrity</c> alone.</summary>
public sealed class DeclaredLabelsTests
{
    [Theory]
    [InlineData(3, "label 3 (6 voxels) is not in dataset.json (0, 1, 2)", "add it there or correct the file")]
    [InlineData(255, "label 255 (6 voxels) is not in dataset.json (0, 1, 2)", "a mask of 0 and 255 must become one of 0 and 1; correct the file")]
    [InlineData(-1, "label -1 (6 voxels) is not in dataset.json (0, 1, 2)", "labels are 0 (background), 1, 2, …; give these voxels one of them")]
    public void Run_ALabelThatIsNotDeclared_StopsPlanning(short label, string what, string remedy)
    {
        // Given
        using TinyTask task = new(cases: 2);
        Volume<short> labels = TinyTask.Corners();
        labels.Row(1, 1).Fill(label);
        ImageFile.WriteLabels(task.Label("case_01"), labels);

        // When
        DatasetException error = Assert.Throws<DatasetException>(() => new PreprocessingRun(task.Workspace, new PreprocessingOptions { PlanOnly = true }).Run([task.Name]));

        // Then
        DatasetFault fault = Assert.Single(error.Faults);
        Assert.EndsWith("labelsTr/case_01.nii.gz", fault.Where, StringComparison.Ordinal);
        Assert.Equal((what, remedy), (fault.What, fault.Remedy));
    }

    [Fact]
    public void Run_VoxelsThatAreNoIntegers_StopPlanningWithTheirNumber()
    {
        // Given
        using TinyTask task = new(cases: 2);
        Volume<float> labels = new(new Extent(4, 5, 6));
        labels.Row(0, 0).Fill(0.5f);
        ImageFile.WriteVolume(task.Label("case_01"), labels);

        // When
        DatasetException error = Assert.Throws<DatasetException>(() => new PreprocessingRun(task.Workspace, new PreprocessingOptions { PlanOnly = true }).Run([task.Name]));

        // Then
        Assert.StartsWith("a voxel of the label map is 0.5 (6 such voxels, this is the first)", Assert.Single(error.Faults).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_AFileFullOfGreyValues_IsOneFault()
    {
        // Given
        using TinyTask task = new(cases: 1);
        Extent extent = new(4, 5, 6);
        ImageFile.WriteLabels(task.Label("case_00"), new Volume<short>([.. Enumerable.Range(0, (int)extent.Count).Select(static i => (short)i)], extent));

        // When
        DatasetReport report = DatasetVerifier.Verify(task.Folder);

        // Then
        Assert.Equal(
            "it has 117 values from 3 to 119 in 117 voxels that are not in dataset.json (0, 1, 2): 3 (1 voxels), 4 (1 voxels), 5 (1 voxels), 6 (1 voxels), 7 (1 voxels), …",
            Assert.Single(report.Faults).What);
    }

    [Fact]
    public void Run_AGapInTheLabels_StopsPlanning()
    {
        // Given
        using TinyTask task = new(cases: 1);
        string path = Path.Combine(task.Folder, DatasetDescription.FileName);
        ProductJson.Write(path, DatasetDescription.Read(path) with { Labels = new Dictionary<string, string> { ["0"] = "background", ["1"] = "a", ["3"] = "c" } });

        // When
        DatasetException error = Assert.Throws<DatasetException>(() => new PreprocessingRun(task.Workspace, new PreprocessingOptions { PlanOnly = true }).Run([task.Name]));

        // Then
        Assert.Equal("the labels are 0, 1, 3", Assert.Single(error.Faults).What);
    }
}
