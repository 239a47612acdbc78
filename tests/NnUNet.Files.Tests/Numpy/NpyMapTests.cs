using System.Text;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Files.Tests.Numpy;

public sealed class NpyMapTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_AnyPart_GivesItsNumbers()
    {
        // Given
        using NpyMap<int> map = Mapped([.. Enumerable.Range(0, 1000)]);
        int[] part = new int[10];

        // When
        map.Read(500, part);

        // Then
        Assert.Equal(Enumerable.Range(500, 10), part);
        Assert.Equal([10L, 100], map.Shape);
        Assert.Equal(1000, map.Count);
    }

    [Fact]
    public void Read_FromSeveralThreads_GivesEachItsNumbers()
    {
        // Given
        using NpyMap<int> map = Mapped([.. Enumerable.Range(0, 1000)]);
        int[] firsts = new int[1000];

        // When
        ParallelLoop.ForEach(1000, i => map.Read(i, firsts.AsSpan(i, 1)), degree: 4);

        // Then
        Assert.Equal(Enumerable.Range(0, 1000), firsts);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1000, 1)]
    [InlineData(999, 2)]
    [InlineData(0, 1001)]
    [InlineData(long.MaxValue, 1)]
    public void Read_BeyondTheArray_IsRefused(long first, int count)
    {
        // Given
        using NpyMap<int> map = Mapped(new int[1000]);

        // When, Then
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Read(first, new int[count]));
    }

    [Fact]
    public void Read_AfterDispose_IsRefused()
    {
        // Given
        NpyMap<int> map = Mapped(new int[1000]);

        // When
        map.Dispose();

        // Then
        Assert.Throws<ObjectDisposedException>(() => map.Read(0, new int[1]));
    }

    [Theory]
    [InlineData("<f8", "False")]
    [InlineData(">f4", "False")]
    [InlineData("<f4", "True")]
    public void Map_AnotherTypeOrOrder_IsRefused(string descr, string fortran)
    {
        // Given
        string text = $"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': (2, 2)}}", path = _folder["a.npy"];
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. Encoding.ASCII.GetBytes(text), .. new byte[32]]);

        // When, Then
        Assert.Throws<FileFormatException>(() => NpyFile.Map<float>(path));
    }

    private NpyMap<int> Mapped(int[] numbers)
    {
        string path = _folder["a.npy"];
        NpyFile.Write<int>(path, numbers, 10, numbers.Length / 10);
        return NpyFile.Map<int>(path);
    }
}
