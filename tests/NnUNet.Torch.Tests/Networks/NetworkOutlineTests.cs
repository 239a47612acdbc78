using System.Xml.Linq;
using NnUNet.Foundation;
using NnUNet.Pictures.Training;
using NnUNet.Testing;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Training;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Networks;

/// <summary>What a drawing finds in networks, and what it shows.</summary>
public sealed class NetworkOutlineTests : LeakCheckedTest
{
    public static TheoryData<string, int> NamesAndDimensions { get; } = NetworkContractTests.Rows();

    [Fact]
    public void TheOutline_OfAnAnisotropicUNet_HasItsStagesKernelsAndConnections()
    {
        // Given a network whose first pooling leaves the first axis alone: features 8, 16, 32
        using SegmentationNetwork network = Build("Generic_UNet", 3);

        // When
        NetworkOutline outline = NetworkOutline.Of(NetworkTrace.Of(network, CPU), network.Classes);

        // Then
        Assert.Equal([[1, 1, 1], [1, 2, 2], [2, 4, 4]], outline.Down.Select(static s => s.Stride));
        Assert.Equal([8, 16, 32], outline.Down.Select(static s => s.Features));
        Assert.Equal([1, 3, 3], outline.Down[0].Convolutions[0].Kernel);
        Assert.Equal([[1, 2, 2], [1, 1, 1]], outline.Up.Select(static s => s.Stride));
        Assert.Equal([16, 8], outline.Up.Select(static s => s.Skipped));
        Assert.Equal([[2, 2, 2], [1, 2, 2]], outline.Up.Select(static s => s.Up!.Kernel));
        Assert.Equal([3, 3], outline.Up.Select(static s => s.Head!.Outputs));
    }

    [Theory]
    [MemberData(nameof(NamesAndDimensions))]
    public void EveryNetwork_CanBeDrawn(string name, int dimensions)
    {
        // Given any network of the catalogue
        using SegmentationNetwork network = Build(name, dimensions);
        using TemporaryFolder folder = new();

        // When
        NetworkOutline outline = NetworkOutline.Of(NetworkTrace.Of(network, CPU), network.Classes);
        ArchitecturePicture.Save(folder["network.svg"], Sketch(outline, name, dimensions));

        // Then the drawing shows each output's place, and the network is as it was
        string[] words = [.. XDocument.Load(folder["network.svg"]).Descendants().Where(static e => e.Name.LocalName == "text").Select(static e => e.Value)];
        Assert.Equal(network.OutputStrides.Count, words.Count(static w => w == "3 classes"));
        Assert.Contains("no weight in the loss", words);
        Assert.True(network.DeepSupervision);
    }

    [Fact]
    public void TheDrawing_AsPdf_IsOneSmallPageThatNeedsNoFontAndHasTheSameBytesAgain()
    {
        // Given
        using SegmentationNetwork network = Build("Generic_UNet", 3);
        using TemporaryFolder folder = new();
        NetworkSketch sketch = Sketch(NetworkOutline.Of(NetworkTrace.Of(network, CPU), network.Classes), "Generic_UNet", 3);

        // When
        ArchitecturePicture.SavePdf(folder["one.pdf"], sketch);
        ArchitecturePicture.SavePdf(folder["two.pdf"], sketch);

        // Then
        byte[] bytes = File.ReadAllBytes(folder["one.pdf"]);
        string text = System.Text.Encoding.Latin1.GetString(bytes);
        Assert.StartsWith("%PDF-", text, StringComparison.Ordinal);
        Assert.Contains("/Type /Page\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("/CreationDate", text, StringComparison.Ordinal);
        Assert.DoesNotContain("/FontFile", text, StringComparison.Ordinal);
        Assert.True(bytes.Length < 200_000, $"{bytes.Length} bytes");
        Assert.Equal(bytes, File.ReadAllBytes(folder["two.pdf"]));
    }

    private static NetworkSketch Sketch(NetworkOutline outline, string name, int dimensions) => new(
        outline, name, ["a line"], dimensions == 2 ? [16, 16] : [8, 16, 16], dimensions == 2 ? [1, 1] : [3, 1, 1], 2, [1, 0]);

    private static SegmentationNetwork Build(string name, int dimensions) =>
        NetworkFactory.Create(Catalog<NetworkFactory>.Create(name).Describe(TinyPlan.For(name, dimensions), 0));
}
