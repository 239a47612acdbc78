using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Datasets;

public sealed class SyntheticDatasetTests
{
    private static readonly SyntheticDatasetOptions Small = new() { TrainingCases = 5, TestCases = 1, Edge = 20 };

    [Fact]
    public void SameSeed_GivesTheSameFiles()
    {
        using TemporaryFolder folder = new();

        SyntheticDataset.Write(folder["a"], Small);
        SyntheticDataset.Write(folder["b"], Small);

        string[] files = [.. Directory.GetFiles(folder["a"], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder["a"], file))];
        Assert.Equal(13, files.Length);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(folder["a"], file)), File.ReadAllBytes(Path.Combine(folder["b"], file))));
    }

    [Fact]
    public void Description_NamesEveryCase()
    {
        using TemporaryFolder folder = new();

        DatasetDescription written = SyntheticDataset.Write(folder.Root, Small);
        DatasetDescription read = ProductJson.Read<DatasetDescription>(folder[DatasetDescription.FileName]);

        Assert.Equal(written.Training, read.Training);
        Assert.Equal([1, 2], read.ForegroundLabels);
        Assert.All(read.Training, entry => Assert.True(File.Exists(folder[entry.Label])));
    }

    [Fact]
    public void Cases_DifferInSizeSpacingAndOrientation()
    {
        (Volume<float> Image, Volume<short> Labels)[] cases = [.. Enumerable.Range(0, 12).Select(static i => SyntheticDataset.CreateCase(i, new SyntheticDatasetOptions { Edge = 20 }))];

        Assert.True(cases.Select(static c => c.Image.Extent).Distinct().Count() > 6);
        Assert.Equal(12, cases.Select(static c => c.Image.Geometry.Spacing).Distinct().Count());
        Assert.True(cases.Select(static c => string.Join(' ', c.Image.Geometry.ItkDirection.Select(static d => Math.Sign(d)))).Distinct().Count() > 4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(11)]
    public void EveryCase_HasBothLabelsAndNoise(int index)
    {
        (Volume<float> image, Volume<short> labels) = SyntheticDataset.CreateCase(index, new SyntheticDatasetOptions());

        Assert.Equal(new short[] { 0, 1, 2 }, labels.Voxels.Distinct().Order());
        Assert.InRange(labels.Voxels.Count(static label => label == 1), labels.Voxels.Length / 100, labels.Voxels.Length / 10);
        Assert.InRange(labels.Voxels.Count(static label => label == 2), labels.Voxels.Length / 200, labels.Voxels.Length / 20);
        Assert.All(image.Voxels, static voxel => Assert.True(float.IsFinite(voxel)));
    }

    [Fact]
    public void WrittenGeometry_IsReadBack()
    {
        using TemporaryFolder folder = new();
        SyntheticDataset.Write(folder.Root, Small);

        ImageHeader header = ImageFile.ReadHeader(folder[Path.Combine("imagesTr", "synthetic_000_0000.nii.gz")]);

        ImageGeometry expected = SyntheticDataset.CreateCase(0, Small).Image.Geometry;
        Assert.Equal(expected.ItkSpacing.ToArray(), header.Geometry.ItkSpacing.ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(expected.ItkDirection.ToArray(), header.Geometry.ItkDirection.ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
    }
}
