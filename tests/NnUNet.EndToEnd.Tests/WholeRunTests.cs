using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary><c>nnunet run</c> on a tiny task.</summary>
public sealed class WholeRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public WholeRunTests() =>
        SyntheticDataset.Write(_folder["w/raw/nnUNet_raw_data/Task900_Tiny"], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 2, Edge = 20 });

    private string[] Segmentations => [.. Directory.GetFiles(_folder["out"], "*.nii.gz").Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private string[] TestCases => [.. Directory.GetFiles(_folder["w/raw/nnUNet_raw_data/Task900_Tiny/labelsTs"]).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private string Choice => _folder["w/results/nnUNet/ensembles/Task900_Tiny/choice.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ADryRun_ShowsTheStepsAndChangesNothing()
    {
        ProgramResult run = Start("--dry-run", "-m", "2d", "-f", "0").WaitForEnd().MustSucceed();

        Assert.Contains("5 cases, to do: verify, measure and plan, preprocess 5", run.Output, StringComparison.Ordinal);
        Assert.Contains("2d, fold 0", run.Output, StringComparison.Ordinal);
        Assert.Equal([_folder["w/raw"]], Directory.GetDirectories(_folder["w"]));
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public void AKilledRun_IsFinishedByRepeatingIt_AndDoesNothingTwice()
    {
        // Given a run that is killed in its second training
        using (ChildProgram first = Start())
        {
            first.WaitUntil(() => first.HasPrinted("== 2d, fold 1"), "its second fold");
            first.Kill();
        }

        // When
        ProgramResult again = Start().WaitForEnd().MustSucceed();

        // Then it goes on where it was, and segments the images
        Assert.Contains("nothing to do, 5 cases are verified, planned and preprocessed", again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("== 2d, fold 0", again.Output, StringComparison.Ordinal);
        Assert.Contains("== 3d_fullres, fold 1", again.Output, StringComparison.Ordinal);
        Assert.Contains("2d + 3d_fullres", again.Output, StringComparison.Ordinal);
        Assert.Equal(TestCases, Segmentations);
        Assert.Contains("Everything is done.", Start("--dry-run").WaitForEnd().MustSucceed().Output, StringComparison.Ordinal);

        // And another choice or other options make the segmentations anew
        Choose("2d", "3d_fullres");
        ProgramResult pair = Start().WaitForEnd().MustSucceed();
        Assert.Contains("2 of them again", pair.Output, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(_folder["out/2d_predictions"], "*.npz").Length);
        Assert.Equal(2, Directory.GetFiles(_folder["out/3d_fullres_predictions"], "*.npz").Length);
        Assert.Equal(TestCases, Segmentations);
        Assert.Contains("Everything is done.", Start("--dry-run").WaitForEnd().MustSucceed().Output, StringComparison.Ordinal);

        Choose("2d");
        Start().WaitForEnd().MustSucceed();
        Assert.Empty(Directory.GetFiles(_folder["out/2d_predictions"], "*.npz"));
        Assert.Equal(TestCases, Segmentations);
        Assert.Contains("2 of them again", Start("--dry-run", "--step_size", "0.7").WaitForEnd().MustSucceed().Output, StringComparison.Ordinal);

        // And the segmentations of others are not touched
        File.Delete(_folder["out/made_by_run.json"]);
        ProgramResult foreign = Start("--dry-run").WaitForEnd();
        Assert.Equal(1, foreign.ExitCode);
        Assert.Contains("that this command did not make", foreign.Error, StringComparison.Ordinal);
    }

    private void Choose(params string[] configurations)
    {
        JsonNode choice = JsonNode.Parse(File.ReadAllText(Choice))!;
        choice["configurations"] = new JsonArray([.. configurations.Select(static c => JsonValue.Create(c))]);
        choice["postprocessing"] = null;
        File.WriteAllText(Choice, choice.ToJsonString());
    }

    private ChildProgram Start(params string[] options) => BuiltProgram.Start(
        [
            "run", "-t", "900", "-i", _folder["w/raw/nnUNet_raw_data/Task900_Tiny/imagesTs"], "-o", _folder["out"], "--epochs", "1", "--iterations", "1", "--disable_tta",
            .. options.Contains("-f") ? Array.Empty<string>() : ["-f", "0", "1"], .. options, "--workspace", _folder["w"],
        ]);
}
