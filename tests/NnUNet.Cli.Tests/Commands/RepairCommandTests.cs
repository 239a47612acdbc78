using NnUNet.Core.Datasets;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

public sealed class RepairCommandTests : IDisposable
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    private readonly TemporaryFolder _folder = new();

    public RepairCommandTests() =>
        SyntheticDataset.Write(_folder["w/raw/nnUNet_raw_data/Task007_Tiny"], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 1, Edge = 16 });

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TaskThatIsMended_IsVerifiedByTheNextCommand()
    {
        // Given a mask of 255, and the same image twice
        string first = _folder["w/raw/nnUNet_raw_data/Task007_Tiny/labelsTr/synthetic_000.nii.gz"];
        Volume<short> labels = ImageFile.ReadLabels(first);
        ImageFile.WriteLabels(first, new Volume<short>(Array.ConvertAll(labels.Voxels, static v => v == 1 ? (short)255 : v), labels.Extent, labels.Geometry));
        string images = _folder["w/raw/nnUNet_raw_data/Task007_Tiny/imagesT"];
        File.Copy(images + "r/synthetic_001_0000.nii.gz", images + "s/synthetic_005_0000.nii.gz", overwrite: true);

        // When
        ProgramRun left = Run("7");
        ProgramRun dry = Run("7", "-o", "700", "--map", "255:1", "--dry-run");
        ProgramRun mended = Run("7", "-o", "700", "--map", "255:1");
        ProgramRun verified = ProgramRun.Of("verify", "-t", "700", "--workspace", _folder["w"]);

        // Then
        Assert.Equal(1, left.ExitCode);
        Assert.Contains("labelsTr/synthetic_000.nii.gz: label 255", left.Error, StringComparison.Ordinal);
        Assert.Equal(0, dry.ExitCode);
        Assert.Contains("would mend (map): labelsTr/synthetic_000.nii.gz: 255 is 1 in ", dry.Output, StringComparison.Ordinal);
        Assert.Equal(0, mended.ExitCode);
        Assert.Contains("look at (identical): imagesTr/synthetic_001_0000.nii.gz", mended.Output, StringComparison.Ordinal);
        Assert.Equal(0, verified.ExitCode);
        Assert.Equal(labels.Voxels, ImageFile.ReadLabels(_folder["w/raw/nnUNet_raw_data/Task700_Tiny/labelsTr/synthetic_000.nii.gz"]).Voxels);
        string picture = Assert.Single(Directory.GetFiles(_folder["w/raw/nnUNet_raw_data/Task700_Tiny/repair/pictures"]));
        Assert.Equal(Png, File.ReadAllBytes(picture)[..4]);
    }

    [Theory]
    [InlineData("255")]
    [InlineData("a:1")]
    [InlineData("1:2:3")]
    [InlineData("255:1", "255:2")]
    public void MapThatIsNone_IsWrongUsage(params string[] map)
    {
        ProgramRun run = ProgramRun.Of(["repair", "7", "--workspace", _folder["w"], "--map", .. map]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--map", run.Error, StringComparison.Ordinal);
    }

    private ProgramRun Run(params string[] args) => ProgramRun.Of(["repair", .. args, "--workspace", _folder["w"]]);
}
