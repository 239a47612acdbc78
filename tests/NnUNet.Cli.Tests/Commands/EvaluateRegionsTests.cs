using System.Text.Json.Nodes;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

/// <summary>Regions of several labels in <c>nnUNet_evaluate_folder</c>.</summary>
public sealed class EvaluateRegionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EvaluateRegionsTests()
    {
        Write("ref/a.nii.gz", [0, 1, 2, 3]);
        Write("pred/a.nii.gz", [0, 1, 3, 3]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RegionsThatAreNamed_AreScoredBesideLabels()
    {
        ProgramRun run = Evaluate("--regions", "whole tumor=1,2,3", "tumor core = 2, 3", "--nsd-tolerance", "1", "2", "3");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        JsonNode summary = JsonNode.Parse(File.ReadAllText(_folder["pred/summary.json"]))!;
        Assert.Equal(1, (double)summary["regions"]!["mean"]!["tumor core"]!["Dice"]!);
        Assert.Equal(3, (double)summary["surface_tolerance_mm"]!["whole tumor"]!);
        Assert.Contains("mean Dice of the regions 1.0000 over 1 cases", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void RegionsOfTheDataSet_AreScoredWithoutBeingNamed()
    {
        File.WriteAllText(_folder["dataset.json"], """{"modality": ["T1"], "labels": {"background": 0, "whole": [1, 2, 3], "core": [2, 3]}, "regions_class_order": [1, 2], "training": []}""");

        ProgramRun run = Evaluate();

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["core", "whole"], JsonNode.Parse(File.ReadAllText(_folder["pred/summary.json"]))!["regions"]!["mean"]!.AsObject().Select(static m => m.Key));
    }

    [Theory]
    [InlineData("core", "a region is NAME=LABELS")]
    [InlineData("core=2,x", "a region is NAME=LABELS")]
    [InlineData("core=0", "a region is NAME=LABELS")]
    [InlineData("=2", "a region is NAME=LABELS")]
    [InlineData("7=2", "a region is called \"7\", which would be taken for a label")]
    public void RegionsThatCannotBe_AreWrongUsage(string region, string reason)
    {
        ProgramRun run = Evaluate("--regions", region);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    private ProgramRun Evaluate(params string[] more) => ProgramRun.Of(["nnUNet_evaluate_folder", "-ref", _folder["ref"], "-pred", _folder["pred"], "-l", "1", "2", "3", .. more]);

    private void Write(string name, short[] voxels) => ImageFile.WriteLabels(_folder[name], new Volume<short>(voxels, new Extent(1, 1, voxels.Length)));
}
