using NnUNet.Core;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Workflows.Cluster;

namespace NnUNet.Workflows.Tests.Cluster;

public sealed class PredictionGraphTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PredictionGraphTests()
    {
        Directory.CreateDirectory(_folder["w/results/nnUNet/3d_fullres/Task004_Hippocampus"]);
        SyntheticDataset.Write(_folder["data"], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 0, Edge = 16 });
        Directory.Move(_folder["data/imagesTr"], _folder["my images"]);
    }

    private PredictionOptions Options => new()
    {
        Workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder["w"] }),
        Task = "4",
        Input = _folder["my images"],
        Output = _folder["out"],
        Parts = 2,
        Words = ["-m", "3d_fullres"],
        Resources = new JobResources { Gres = "gpu:1" },
        Program = new ProgramCall { Words = ["/opt/nnunet/nnunet"] },
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_AFolder_IsAnArrayOverItsParts()
    {
        ClusterGraph graph = PredictionGraph.Of(Options);

        ClusterJob job = Assert.Single(graph.Jobs);
        Assert.Equal(["0 of 3 images segmented", "0 of 2 images segmented"], job.Elements.Select(static e => e.Found));
        Assert.Equal($"nnUNet_predict -i '{_folder["my images"]}' -o {_folder["out"]} -t Task004_Hippocampus -m 3d_fullres --num_parts 2 --part_id \"$element\"", job.Script.Command);
        Assert.StartsWith(_folder["w/results/cluster/Task004_Hippocampus/predict_out_"], graph.Folder, StringComparison.Ordinal);
        Assert.Contains("#SBATCH --array=0-1\n", job.ScriptFor([0, 1]), StringComparison.Ordinal);
        Assert.Contains("#SBATCH --gres=gpu:1\n", job.ScriptFor([0, 1]), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_APartWhoseSegmentationsAreThere_IsDone()
    {
        Directory.CreateDirectory(_folder["out"]);
        foreach (string name in (string[])["synthetic_001", "synthetic_003", "synthetic_000"]) File.Copy(_folder[$"data/labelsTr/{name}.nii.gz"], _folder[$"out/{name}.nii.gz"]);

        ClusterJob job = Assert.Single(PredictionGraph.Of(Options).Jobs);

        Assert.Equal([false, true], job.Elements.Select(static e => e.IsDone));
        Assert.Equal(["1 of 3 images segmented", "2 of 2 images segmented"], job.Elements.Select(static e => e.Found));
    }

    [Fact]
    public void Of_MorePartsThanImages_MakesNoEmptyPart() => Assert.Equal(5, PredictionGraph.Of(Options with { Parts = 99 }).Jobs[0].Elements.Count);

    [Fact]
    public void Of_AnotherOutputFolder_HasAFolderOfItsOwn() =>
        Assert.NotEqual(PredictionGraph.Of(Options).Folder, PredictionGraph.Of(Options with { Output = _folder["other/out"] }).Folder);

    [Fact]
    public void Of_WrongOptions_AreToldInOneMessage()
    {
        DescribedException error = Assert.Throws<DescribedException>(() => PredictionGraph.Of(Options with { Parts = 0, Input = _folder["nowhere"], Resources = new JobResources { Nodes = 2 } }));

        Assert.Contains("there are 0 parts, but must be at least 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("there is no input folder", error.Message, StringComparison.Ordinal);
        Assert.Contains("give parts, not nodes or ranks", error.Message, StringComparison.Ordinal);
    }
}
