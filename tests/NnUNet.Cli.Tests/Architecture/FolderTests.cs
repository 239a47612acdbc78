namespace NnUNet.Cli.Tests.Architecture;

/// <summary>The shape of the source: folders without circles, each with its sentence, on a page that is current.</summary>
public sealed class FolderTests
{
    private static readonly FolderGraph Graph = FolderGraph.Read();

    [Fact]
    public void Folders_DoNotUseEachOtherInCircles() =>
        Assert.True(!Graph.Circles().Any(), $"folders use each other in a circle:{Environment.NewLine}{string.Join(Environment.NewLine, Graph.Circles())}");

    [Fact]
    public void TheGraph_SeesTheProduct()
    {
        // A reader that sees nothing would find no circle either.
        Assert.Contains("NnUNet.Torch", Graph.Assemblies);
        Assert.Contains("NnUNet.Foundation", Graph.UsesOf("NnUNet.Imaging.Formats"));
        Assert.Contains("NnUNet.Torch.Networks", Graph.UsesOf("NnUNet.Torch.Inference"));
    }

    [Fact]
    public void EveryFolder_TellsInOneSentenceWhatItIsFor()
    {
        string[] silent = [.. Graph.Folders.Where(static f => ArchitecturePage.SentenceOf(Graph, f) is null).Select(static f => ArchitecturePage.ReadmeOf(Graph, f))];

        Assert.True(silent.Length == 0, $"write one sentence each into {string.Join(", ", silent)}");
    }

    [Fact]
    public void ThePage_IsCurrent()
    {
        string path = ArchitecturePage.Path;
        string expected = ArchitecturePage.Write(Graph);
        if (Environment.GetEnvironmentVariable("NNUNET_WRITE_ARCHITECTURE") == "1") File.WriteAllText(path, expected);

        Assert.True(File.Exists(path) && File.ReadAllText(path) == expected, $"{path} is not what the assemblies say; run build/write-architecture");
    }
}
