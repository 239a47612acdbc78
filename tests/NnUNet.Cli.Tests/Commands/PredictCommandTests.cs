using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

public sealed class PredictCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void NumbersThatAreNone_AreToldOrRefused_AndTheOthersArePredicted()
    {
        // Given: an image as it is, with an infinite voxel, with nothing but NaN, and in metres
        ProgramRun.Of("nnUNet_install_pretrained_model_from_zip", TestData.Golden("model/Task004_Hippocampus_3d_fullres.zip"), "--results", _folder.Root);
        string model = _folder["nnUNet/3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1"];
        Volume<float> good = ImageFile.ReadVolume(Directory.EnumerateFiles(TestData.Golden("model/predictions/inputs"), "*_0000.nii.gz").Order(StringComparer.Ordinal).First());
        ImageFile.WriteVolume(_folder["in/good_0000.nii.gz"], good);
        ImageFile.WriteVolume(_folder["in/far_0000.nii.gz"], good.WithGeometry(ImageGeometry.FromSpacing(new Spacing(1000, 1000, 1000))));
        good.Voxels[good.Voxels.Length / 2] = float.PositiveInfinity;
        ImageFile.WriteVolume(_folder["in/odd_0000.nii.gz"], good);
        good.Voxels.AsSpan().Fill(float.NaN);
        ImageFile.WriteVolume(_folder["in/none_0000.nii.gz"], good);
        string[] command = ["nnUNet_predict", "-i", _folder["in"], "--model_folder", model, "--disable_tta", "--mode", "fast"];

        // When
        ProgramRun run = ProgramRun.Of([.. command, "-o", _folder["out"]]);
        ProgramRun strict = ProgramRun.Of([.. command, "-o", _folder["strict"], "--strict-input"]);

        // Then
        Assert.Equal((1, 1), (run.ExitCode, strict.ExitCode));
        Assert.Contains($"warning: odd: {_folder["in/odd_0000.nii.gz"]}: 1 voxel is infinite or beyond the range of float32, and counted as 0", run.Error, StringComparison.Ordinal);
        Assert.Contains($"warning: far: {_folder["in/far_0000.nii.gz"]}: the voxels are 1000 x 1000 x 1000 mm apart", run.Error, StringComparison.Ordinal);
        Assert.Contains("nnunet: far (preprocessing): ", run.Error, StringComparison.Ordinal);
        Assert.Contains("nnunet: none (preprocessing): ", run.Error, StringComparison.Ordinal);
        Assert.Contains("voxels are not a number (NaN), and there is nothing else in the image but 0", run.Error, StringComparison.Ordinal);
        Assert.Contains("2 predicted, 0 were there already, 2 failed", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 predicted, 0 were there already, 3 failed", strict.Output, StringComparison.Ordinal);
        Assert.Contains("nnunet: odd (preprocessing): ", strict.Error, StringComparison.Ordinal);
        Assert.Equal(["good.nii.gz", "odd.nii.gz"], Directory.EnumerateFiles(_folder["out"], "*.nii.gz").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public void ABadCase_IsReportedAtTheEnd_AndTheOthersArePredicted()
    {
        // Given one image that is whole and one that is cut off
        ProgramRun.Of("nnUNet_install_pretrained_model_from_zip", TestData.Golden("model/Task004_Hippocampus_3d_fullres.zip"), "--results", _folder.Root);
        string model = _folder["nnUNet/3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1"];
        byte[] image = File.ReadAllBytes(Directory.EnumerateFiles(TestData.Golden("model/predictions/inputs"), "*_0000.nii.gz").Order(StringComparer.Ordinal).First());
        Directory.CreateDirectory(_folder["in"]);
        File.WriteAllBytes(_folder["in/good_0000.nii.gz"], image);
        File.WriteAllBytes(_folder["in/torn_0000.nii.gz"], image[..(image.Length / 2)]);
        string[] command = ["nnUNet_predict", "-i", _folder["in"], "-o", _folder["out"], "--model_folder", model, "--disable_tta", "--mode", "fast", "--all_in_gpu", "True"];

        // When
        ProgramRun first = ProgramRun.Of(command);
        ProgramRun again = ProgramRun.Of(command);
        ProgramRun verbose = ProgramRun.Of([.. command, "--overwrite_existing", "--verbose"]);
        ProgramRun tooLittle = ProgramRun.Of([.. command, "--overwrite_existing", "--max-ram", "0.001"]);

        // Then
        File.Delete(_folder["out/provenance/good.json"]);
        ProgramRun unknown = ProgramRun.Of(command);
        Assert.Contains("0 predicted, 0 were there already, 1 of unknown origin left as they are, 1 failed", unknown.Output, StringComparison.Ordinal);
        Assert.Contains("good: the segmentation that is here has no record of how it was made, so it was left as it is", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("1 segmentation of unknown origin was left as it is", unknown.Error, StringComparison.Ordinal);
        Assert.Equal((1, 1, 1), (first.ExitCode, again.ExitCode, tooLittle.ExitCode));
        Assert.Contains("Folds: 0", first.Output, StringComparison.Ordinal);
        Assert.Contains("predicting: 2/2, good done, ", first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("good: at most ", first.Output, StringComparison.Ordinal);
        Assert.Matches("Memory: at most .* with the program and its network \\(good\\)", first.Output);
        Assert.Contains("good: at most ", verbose.Output, StringComparison.Ordinal);
        Assert.Contains("--all_in_gpu has no effect here", first.Output, StringComparison.Ordinal);
        Assert.Contains("1 predicted, 0 were there already, 1 failed", first.Output, StringComparison.Ordinal);
        Assert.Contains("Time: ", first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Time: ", again.Output, StringComparison.Ordinal);
        Assert.Contains("nnunet: torn (preprocessing): ", first.Error, StringComparison.Ordinal);
        Assert.Contains("0 predicted, 1 were there already, 1 failed", again.Output, StringComparison.Ordinal);
        Assert.Contains("nnunet: good (preprocessing): ", tooLittle.Error, StringComparison.Ordinal);
        Assert.Contains("allow more (--max-ram 0.", tooLittle.Error, StringComparison.Ordinal);
        Assert.Equal(["good.nii.gz", "plans.json"], Directory.EnumerateFiles(_folder["out"]).Select(Path.GetFileName).Where(static f => f != "postprocessing.json").Order(StringComparer.Ordinal));
    }
}
