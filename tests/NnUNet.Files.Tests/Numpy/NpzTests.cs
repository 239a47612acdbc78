using System.IO.Compression;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Files.Tests.Numpy;

public sealed class NpzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_ThenRead_GivesTheArraysUnderTheirNames(bool compress)
    {
        // Given
        string path = _folder["a.npz"];
        Half[] softmax = [(Half)0.25f, (Half)0.5f];

        // When
        NpzFile.Write(path, [NpzEntry.From<Half>("softmax", softmax, 1, 2), NpzEntry.From<int>("1", (int[])[1, 2, 3], 1, 3)], compress);
        IReadOnlyDictionary<string, NpyArray> back = NpzFile.Read(path);

        // Then
        Assert.Equal(["softmax", "1"], back.Keys);
        Assert.Equal(softmax, back["softmax"].AsSpan<Half>().ToArray());
        Assert.Equal([1L, 3], back["1"].Shape);
        Assert.Equal([1, 2, 3], back["1"].ToArray<int>());
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes()
    {
        // Given
        string first = _folder["1.npz"], second = _folder["2.npz"];
        NpzEntry[] entries = [NpzEntry.From<float>("data", new float[1000], 10, 100)];

        // When
        NpzFile.Write(first, entries);
        Thread.Sleep(2100); // zip keeps times in steps of two seconds
        NpzFile.Write(second, entries);

        // Then
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [Fact]
    public void Write_InParts_GivesTheSameArray()
    {
        // Given
        string path = _folder["a.npz"];

        // When
        NpzFile.Write(path, [NpzEntry.FromParts<float>("data", [2, 2], new ReadOnlyMemory<float>[] { new float[] { 1, 2 }, new float[] { 3, 4 } })]);

        // Then
        Assert.Equal([1f, 2, 3, 4], NpzFile.Read(path)["data"].ToArray<float>());
    }

    [Fact]
    public void Write_ANameTwiceOrEmpty_IsRefused()
    {
        // Given
        NpzEntry one = NpzEntry.From<float>("a", new float[1], 1), empty = NpzEntry.From<float>(string.Empty, new float[1], 1);

        // When, Then
        Assert.Throws<ArgumentException>(() => NpzFile.Write(_folder["a.npz"], [one, one]));
        Assert.Throws<ArgumentException>(() => NpzFile.Write(_folder["a.npz"], [empty]));
    }

    [Fact]
    public void Read_TruncatedAtEveryByte_FailsWithOneClearError()
    {
        // Given
        NpzFile.Write(_folder["whole.npz"], [NpzEntry.From<byte>("a", new byte[3], 3), NpzEntry.From<float>("b", new float[20], 20)]);
        byte[] whole = File.ReadAllBytes(_folder["whole.npz"]);

        Assert.All(Enumerable.Range(0, whole.Length), length =>
        {
            // When
            string path = _folder["cut.npz"];
            File.WriteAllBytes(path, whole[..length]);

            // Then
            Assert.Throws<FileFormatException>(() => NpzFile.Read(path));
        });
    }

    [Fact]
    public void Read_AnEntryThatIsNoArray_NamesIt()
    {
        // Given
        string path = _folder["a.npz"];
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            using Stream stream = zip.CreateEntry("readme.txt").Open();
            stream.Write(new byte[100]);
        }

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => NpzFile.Read(path));

        // Then
        Assert.Equal($"{path}: readme.txt", e.Where);
    }

    [Fact]
    public void Read_EntriesThatShareTheirBytes_AreRefused()
    {
        // Given: the directory's record of the only entry stands there fifty times
        string path = _folder["a.npz"];
        NpzFile.Write(path, [NpzEntry.From<byte>("a", new byte[1000], 1000)], compress: false);
        byte[] whole = File.ReadAllBytes(path), record = whole[whole.AsSpan().IndexOf("PK\u0001\u0002"u8)..^22];
        byte[] end = whole[^22..], directory = [.. Enumerable.Repeat(record, 50).SelectMany(static r => r)];
        BitConverter.GetBytes((ushort)50).CopyTo(end, 8);
        BitConverter.GetBytes((ushort)50).CopyTo(end, 10);
        BitConverter.GetBytes(directory.Length).CopyTo(end, 12);
        File.WriteAllBytes(path, [.. whole[..^(22 + record.Length)], .. directory, .. end]);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => NpzFile.Read(path));

        // Then
        Assert.Contains("its entries need more bytes than the file has", e.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1L, 100L)]
    [InlineData(100L, -1L)]
    [InlineData(long.MinValue, long.MinValue)]
    public void Read_SizesOf64BitsThatAreNegative_AreRefusedInASentence(long unpacked, long packed)
    {
        // Given: the directory's only record says that both sizes stand in an extra field of 64 bits each
        string path = _folder["a.npz"];
        NpzFile.Write(path, [NpzEntry.From<byte>("a", new byte[1000], 1000)], compress: false);
        byte[] whole = File.ReadAllBytes(path);
        int at = whole.AsSpan().IndexOf("PK\u0001\u0002"u8);
        byte[] record = whole[at..^22], end = whole[^22..];
        record.AsSpan(20, 8).Fill(0xff);
        byte[] extra = [1, 0, 16, 0, .. BitConverter.GetBytes(unpacked), .. BitConverter.GetBytes(packed)];
        BitConverter.GetBytes((ushort)extra.Length).CopyTo(record, 30);
        BitConverter.GetBytes(record.Length + extra.Length).CopyTo(end, 12);
        File.WriteAllBytes(path, [.. whole[..at], .. record, .. extra, .. end]);

        // Then
        Assert.StartsWith("the zip archive is damaged (", Assert.Throws<FileFormatException>(() => NpzFile.Read(path)).What, StringComparison.Ordinal);
        Assert.StartsWith("the zip archive is damaged (", Assert.Throws<FileFormatException>(() => NpzArrayReader.Open(path, "a")).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AShapeBeyondTheEntry_FailsWithoutALargeAllocation()
    {
        // Given
        string path = _folder["a.npz"], text = "{'descr': '<f8', 'fortran_order': False, 'shape': (200000000,)}";
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            using Stream stream = zip.CreateEntry("a.npy").Open();
            stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(text), .. new byte[1000]]);
        }

        // When
        long allocated = Allocations.Of(() => Assert.Throws<FileFormatException>(() => NpzFile.Read(path)));

        // Then
        Assert.InRange(allocated, 0, 16 << 20);
    }
}
