using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

public sealed class ConvertSegmentationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void Convert_SegmentationToStructureSetAndThatToNifti_IsTheSameLabelMap()
    {
        // Given
        string series = TestData.Data("dicom/axial"), seg = TestData.Data("dicom/myseg_axial.dcm");

        // When
        ProgramRun contours = ProgramRun.Of("convert_segmentation", "-i", seg, "-o", _folder["a.rtstruct.dcm"], "--reference", series);
        ProgramRun direct = ProgramRun.Of("convert_segmentation", "-i", seg, "-o", _folder["direct.nii.gz"], "--reference", series);
        ProgramRun back = ProgramRun.Of("convert_segmentation", "-i", _folder["a.rtstruct.dcm"], "-o", _folder["back.nii.gz"], "--reference", series);

        // Then
        Assert.Equal((0, 0, 0), (contours.ExitCode, direct.ExitCode, back.ExitCode));
        Assert.Contains("1 liver", contours.Output, StringComparison.Ordinal);
        Assert.Equal(ImageFile.ReadLabels(_folder["direct.nii.gz"]).Voxels, ImageFile.ReadLabels(_folder["back.nii.gz"]).Voxels);
        Assert.Equal(405, ImageFile.ReadLabels(_folder["back.nii.gz"]).Voxels.Count(static v => v > 0));
    }

    [SkippableFact]
    public void Convert_ToAnEndingThatIsNone_IsRefused()
    {
        ProgramRun run = ProgramRun.Of("convert_segmentation", "-i", TestData.Data("dicom/myseg_axial.dcm"), "-o", _folder["out"], "--to", ".xyz");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("--to is .xyz, but must be dicom-seg, rtstruct or an ending", run.Error, StringComparison.Ordinal);
    }
}
