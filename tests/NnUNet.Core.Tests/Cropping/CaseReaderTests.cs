using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Cropping;

public sealed class CaseReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadChannels_OfDifferentSizes_RefusesByTheHeadersBeforeAnyVoxels()
    {
        // Given: the second channel's voxels are cut off, which only reading them shows
        Write("a_0000.nii", new Extent(4, 4, 4));
        Write("a_0001.nii.gz", new Extent(40, 4, 4));
        using (FileStream cut = new(_folder["a_0001.nii.gz"], FileMode.Open)) cut.SetLength(cut.Length - 1);

        // When
        CaseException error = Assert.Throws<CaseException>(() => CaseReader.ReadChannels([_folder["a_0000.nii"], _folder["a_0001.nii.gz"]]));

        // Then
        Assert.Contains("compared with a_0000.nii", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_GoByTheLargestFileOfTheCase()
    {
        // Given
        Write("a_0000.nii.gz", new Extent(4, 5, 6));
        Write("a.nii.gz", new Extent(8, 5, 6));
        CaseFiles small = new("a", [_folder["a_0000.nii.gz"]], null);

        // Then
        Assert.Equal(120 * 7 * 2, CaseReader.Bytes(small));
        Assert.Equal(240 * 7 * 2, CaseReader.Bytes(small with { Label = _folder["a.nii.gz"] }));
    }

    private void Write(string name, Extent extent) => ImageFile.WriteVolume(_folder[name], new Volume<float>(extent, ImageGeometry.FromSpacing(new Spacing(1, 1, 1))));
}
