using System.Diagnostics;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Tests;
using NnUNet.Torch.Tests.Inference;

namespace NnUNet.Workflows.Tests.Hosting;

public sealed class SegmentInAServiceTests : LeakCheckedTest
{
    [SkippableFact]
    public void Sample_SegmentsWhatComesIn_AndCounts()
    {
        Skip.If(OperatingSystem.IsWindows(), "the test passes streams through a shell");

        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        ImageFile.WriteVolume(folder["image.nii.gz"], SmallModel.Image());
        string program = Path.Combine(AppContext.BaseDirectory, "SegmentInAService");
        ProcessStartInfo start = new("sh", ["-c", "\"$PROGRAM\" \"$MODEL\" < image.nii.gz > segmentation.nii.gz"]) { WorkingDirectory = folder.Root };
        start.Environment["PROGRAM"] = program;
        start.Environment["MODEL"] = model.Folder;

        // When
        ProgramResult result = ChildProgram.Run(start).MustSucceed();
        ProgramResult nothing = ChildProgram.Run(program, folder["nowhere"]);

        // Then
        using Segmenter segmenter = Segmenter.Load(model.Folder, new PredictOptions { Mirror = false });
        Assert.Equal(segmenter.Predict(SmallModel.Image()).Segmentation.Voxels, ImageFile.ReadLabels(folder["segmentation.nii.gz"]).Voxels);
        Assert.Contains("nnunet.cases +1", result.Error, StringComparison.Ordinal);
        Assert.Contains("nnunet.tiles +", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, nothing.ExitCode);
        Assert.Contains(folder["nowhere"], nothing.Error, StringComparison.Ordinal);
    }
}
