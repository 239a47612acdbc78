using System.Diagnostics;
using NnUNet.Core.Datasets;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

public sealed class OverlayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public OverlayTests()
    {
        for (int number = 0; number < 3; number++)
        {
            (Volume<float> image, Volume<short> labels) = SyntheticDataset.CreateCase(number, new SyntheticDatasetOptions { Edge = 16 });
            ImageFile.WriteVolume(_folder[$"images/case{number}_0000.nii.gz"], image);
            ImageFile.WriteLabels(_folder[$"references/case{number}.nii.gz"], labels);
            ImageFile.WriteLabels(_folder[$"predictions/case{number}.nii.gz"], number == 0 ? new Volume<short>(labels.Extent, labels.Geometry) : labels);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folder_BecomesAPictureACaseAndOneOfAll()
    {
        ProgramRun run = ProgramRun.Of("overlay", "-i", _folder["images"], "-p", _folder["predictions"], "-r", _folder["references"], "-o", _folder["out"], "--slices", "2", "--zoom");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["all_cases.png", "case0.png", "case1.png", "case2.png"], Directory.GetFiles(_folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void PairsAndWhatSystemsLeave_AreDrawnAndPassedOver()
    {
        // Given
        foreach (string name in (string[])["images/case1_0000", "references/case1", "predictions/case1"])
        {
            Volume<float> image = ImageFile.ReadVolume(_folder[name + ".nii.gz"]);
            ImageFile.WriteVolume(_folder[name + ".hdr"], image);
            File.Delete(_folder[name + ".nii.gz"]);
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(_folder[name])!, "._" + Path.GetFileName(name) + ".nii.gz"), "no image");
        }

        // When
        ProgramRun drawn = ProgramRun.Of("overlay", "-i", _folder["images"], "-p", _folder["predictions"], "-r", _folder["references"], "-o", _folder["out"], "--slices", "1");
        ProgramRun scored = ProgramRun.Of("nnUNet_evaluate_folder", "-ref", _folder["references"], "-pred", _folder["predictions"], "-l", "1", "2", "--html", _folder["report.html"], "--images", _folder["images"]);

        // Then
        Assert.Equal((0, ""), (drawn.ExitCode, drawn.Error));
        Assert.Equal((0, ""), (scored.ExitCode, scored.Error));
        Assert.Equal(["all_cases.png", "case0.png", "case1.png", "case2.png"], Directory.GetFiles(_folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void OneFile_BecomesTheNamedPicture()
    {
        ProgramRun run = ProgramRun.Of("overlay", "-i", _folder["images/case1_0000.nii.gz"], "-p", _folder["predictions/case1.nii.gz"], "-o", _folder["one.png"], "--window", "0", "100");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(_folder["one.png"])[..4]);
    }

    [Fact]
    public void MissingImage_IsToldAndTheOthersAreDrawn()
    {
        // Given
        File.Delete(_folder["images/case1_0000.nii.gz"]);

        // When
        ProgramRun run = ProgramRun.Of("overlay", "-i", _folder["images"], "-p", _folder["predictions"], "-o", _folder["out"]);

        // Then
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("case1.nii.gz: there is no image for it (channel 0)", run.Error, StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetFiles(_folder["out"]).Length);
    }

    [Fact]
    public void ACaseThatDoesNotFit_IsNamedOnce()
    {
        ProgramRun run = ProgramRun.Of("overlay", "-i", _folder["images"], "-p", _folder["predictions"], "-o", _folder["out"], "--max-ram", "0.0625001");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("nnunet: case1: the case needs about ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_NeverLieOverSegmentationsThatArePicturesThemselves()
    {
        // Given
        foreach (string folder in (string[])["flat", "labels"]) ImageFile.WriteLabels(_folder[$"{folder}/a.png"], new Volume<short>([0, 1, 1, 0, 0, 1], new Extent(1, 2, 3)));
        byte[] before = File.ReadAllBytes(_folder["labels/a.png"]);

        // When
        ProgramRun run = ProgramRun.Of("overlay", "-i", _folder["flat"], "-p", _folder["labels"], "-o", _folder["labels"]);

        // Then
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("would lie over a file that is to be drawn", run.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_folder["labels/a.png"]));
    }

    [Fact]
    public void PicturesAndScoresOfEarlierFiles_DoNotOutliveAFailure()
    {
        // Given pictures and scores of all cases, of which one cannot be read any more
        string[] draw = ["overlay", "-i", _folder["images"], "-p", _folder["predictions"], "-o", _folder["out"]];
        string[] evaluate = ["nnUNet_evaluate_folder", "-ref", _folder["references"], "-pred", _folder["predictions"], "-l", "1", "2"];
        ProgramRun.Of(draw);
        ProgramRun.Of(evaluate);
        File.WriteAllText(_folder["out/all_cases_2.png"], "a page of more cases than there are now");
        File.WriteAllText(_folder["predictions/case1.nii.gz"], "");
        File.SetLastWriteTimeUtc(_folder["predictions/case1.nii.gz"], DateTime.UtcNow.AddMinutes(1));

        // When
        ProgramRun drawn = ProgramRun.Of(draw), evaluated = ProgramRun.Of(evaluate);

        // Then
        Assert.Equal((1, 1), (drawn.ExitCode, evaluated.ExitCode));
        Assert.False(File.Exists(_folder["out/case1.png"]));
        Assert.False(File.Exists(_folder["out/all_cases_2.png"]));
        Assert.True(File.Exists(_folder["out/all_cases.png"]));
        Assert.Contains("scored segmentations that have changed since, and is removed", evaluated.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["predictions/summary.json"]));
    }

    [Fact]
    public void Evaluation_WritesSheetAndReport()
    {
        ProgramRun run = ProgramRun.Of(
            "nnUNet_evaluate_folder", "-ref", _folder["references"], "-pred", _folder["predictions"], "-l", "1", "2", "--nsd-tolerance", "1", "2",
            "--csv", _folder["s.csv"], "--html", _folder["r.html"], "--images", _folder["images"], "--worst", "2");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(7, File.ReadAllLines(_folder["s.csv"]).Length);
        Assert.Equal(2, System.Text.RegularExpressions.Regex.Count(File.ReadAllText(_folder["r.html"]), "data:image/png;base64,iVBOR"));
        Assert.Contains("\"surface_tolerance_mm\"", File.ReadAllText(_folder["predictions/summary.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void TolerancesThatDoNotFitTheLabels_AreWrongUsage()
    {
        ProgramRun run = ProgramRun.Of("nnUNet_evaluate_folder", "-ref", _folder["references"], "-pred", _folder["predictions"], "-l", "1", "--nsd-tolerance", "1", "2");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--nsd-tolerance has 2 numbers for 1 labels", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("overlay", "-i", "images", "-p", "predictions", "-r", "references", "-o", "out")]
    [InlineData("nnUNet_evaluate_folder", "-ref", "references", "-pred", "predictions", "-l", "1", "--advanced", "--html", "r.html", "--images", "images")]
    public void PicturesAndScores_NeedNoNativeTorch(params string[] args)
    {
        // Given the program in a process of its own
        string program = typeof(Cli.Frame.CommandLine).Assembly.Location;

        // When: the loader of Linux names every library that it opens
        ProcessStartInfo start = new(ChildProgram.Dotnet, [program, .. args]) { WorkingDirectory = _folder.Root };
        start.Environment["LD_DEBUG"] = "files";
        ProgramResult result = ChildProgram.Run(start);

        // Then
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Written: ", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", result.Error, StringComparison.OrdinalIgnoreCase);
    }
}
