using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

public sealed class PredictCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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
        ProgramRun tooLittle = ProgramRun.Of([.. command, "--overwrite_existing", "--max-ram", "0.001"]);

        // Then
        File.Delete(_folder["out/provenance/good.json"]);
        ProgramRun unknown = ProgramRun.Of(command);
        Assert.Contains("0 predicted, 0 were there already, 1 of unknown origin left as they are, 1 failed", unknown.Output, StringComparison.Ordinal);
        Assert.Contains("good: the segmentation that is here has no record of how it was made, so it was left as it is", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("1 segmentation of unknown origin was left as it is", unknown.Error, StringComparison.Ordinal);
        Assert.Equal((1, 1, 1), (first.ExitCode, again.ExitCode, tooLittle.ExitCode));
        Assert.Contains("Folds: 0", first.Output, StringComparison.Ordinal);
        Assert.Contains("good: at most ", first.Output, StringComparison.Ordinal);
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
