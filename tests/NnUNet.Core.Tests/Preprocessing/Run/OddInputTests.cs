using NnUNet.Core.Datasets;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Core.Tests.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Tests.Preprocessing.Run;

/// <summary>Images with anything odd: put right and told, or refused.</summary>
public sealed class OddInputTests
{
    [Fact]
    public void Run_VoxelsThatAreNotFinite_AreToldEachTimeAndCountAsZero()
    {
        // Given
        using TinyTask task = new(cases: 6);
        Volume<float> spoilt = TinyTask.Ramp(110);
        spoilt.Voxels[7] = float.NaN;
        spoilt.Voxels[9] = float.PositiveInfinity;
        ImageFile.WriteVolume(task.Image("case_01", 0), spoilt);
        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions());
        const string Expected = "imagesTr/case_01_0000.nii.gz: 1 voxel is not a number (NaN), 1 is infinite or beyond the range of float32, and counted as 0; correct the image if they matter";

        // When
        List<PreprocessingProgress> heard = [];
        PreprocessingResult first = Assert.Single(run.Run([task.Name], new Relay<PreprocessingProgress>(p => { lock (heard) heard.Add(p); })));
        PreprocessingResult again = Assert.Single(run.Run([task.Name]));

        // Then
        Assert.Equal([Expected], first.Warnings.Select(static w => w.ToString()));
        Assert.Equal([Expected], heard.Select(static p => p.Warning?.ToString()).OfType<string>());
        Assert.Equal([Expected], again.Warnings.Select(static w => w.ToString()));
        Assert.Equal((0, 6), (again.Made, again.Current));
        using PreprocessedCaseFile made = PreprocessedFolder.Of(task.Workspace.PreprocessedTask(task.Name), first.Plan3D!, 0).Open("case_01");
        Assert.All(made.Load().Data[0], static v => Assert.True(float.IsFinite(v)));
        Assert.Null(first.Plan3D!.DatasetProperties.InputWarnings);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Run_StrictInput_RefusesTheCaseWhateverWasDoneBefore(bool before, bool planOnly)
    {
        // Given
        using TinyTask task = new(cases: 6);
        Volume<float> spoilt = TinyTask.Ramp(110);
        spoilt.Voxels[7] = float.NegativeInfinity;
        ImageFile.WriteVolume(task.Image("case_01", 0), spoilt);
        PreprocessingOptions options = new() { PlanOnly = planOnly };
        if (before) new PreprocessingRun(task.Workspace, options).Run([task.Name]);

        // When
        DescribedException error = Assert.ThrowsAny<DescribedException>(() => new PreprocessingRun(task.Workspace, options with { StrictInput = true }).Run([task.Name]));

        // Then
        Assert.Contains("case_01_0000.nii.gz: 1 voxel is infinite or beyond the range of float32", error.Message, StringComparison.Ordinal);
        Assert.Contains("--strict-input", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ACaseThousandfoldOff_IsNamedBeforeAnythingIsResampled()
    {
        // Given: one header in metres where all others are in millimetres
        using TinyTask task = new(cases: 6);
        Volume<float> far = TinyTask.Ramp(110);
        ImageGeometry geometry = ImageGeometry.FromSpacing(new Spacing(1000, 1000, 1000));
        ImageFile.WriteVolume(task.Image("case_01", 0), far.WithGeometry(geometry));
        ImageFile.WriteLabels(task.Label("case_01"), TinyTask.Corners().WithGeometry(geometry));
        List<string> heard = [];

        // When
        DatasetException error = Assert.Throws<DatasetException>(() => new PreprocessingRun(task.Workspace, new PreprocessingOptions { Planner2D = null })
            .Run([task.Name], new Relay<PreprocessingProgress>(p => { if (p.Warning is { } w) lock (heard) heard.Add(w.ToString()); })));

        // Then
        Assert.Equal(
            ["imagesTr/case_01_0000.nii.gz: the voxels are 1000 x 1000 x 1000 mm apart (x, y, z), along z 1000 times the data set's median 1 x 1 x 1 mm; correct the spacing or its unit in the image's header if they are not meant"],
            heard);
        Assert.Contains("case_01_0000.nii.gz: at (1000, 1000, 1000) mm", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80, 3f, "the sform's voxel size along x is 1, but pixdim says 3; pixdim was taken")]
    [InlineData(284, 0.3f, "the sform is sheared; the closest rotation was taken instead")]
    public void Run_AnSformThatIsOdd_IsTold(int offset, float value, string expected)
    {
        // Given: a NIfTI header with another pixdim[1], or with another number beside the sform's first
        using TinyTask task = new(cases: 6, ending: ".nii");
        byte[] image = File.ReadAllBytes(task.Image("case_01", 0));
        BitConverter.TryWriteBytes(image.AsSpan(offset), value);
        File.WriteAllBytes(task.Image("case_01", 0), image);
        PreprocessingRun run = new(task.Workspace, new PreprocessingOptions { PlanOnly = true });

        // When
        PreprocessingResult first = Assert.Single(run.Run([task.Name])), again = Assert.Single(run.Run([task.Name]));

        // Then
        Assert.All((PreprocessingResult[])[first, again], result => Assert.Equal(
            [$"imagesTr/case_01_0000.nii: {expected}; correct the header if it is not meant"], result.Warnings.Select(static w => w.ToString())));
    }
}
