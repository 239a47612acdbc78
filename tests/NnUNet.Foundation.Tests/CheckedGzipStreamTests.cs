using System.IO.Compression;
using NnUNet.Foundation.Streams;

namespace NnUNet.Foundation.Tests;

public sealed class CheckedGzipStreamTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 50_000).Select(static i => (byte)((i * i) >> 5))];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(200)]
    [InlineData(-9)]
    [InlineData(-4)]
    public void Read_AFileThatIsCutOff_SaysThat(int length)
    {
        // Given
        byte[] whole = Packed(Content);
        byte[] cut = whole[..(length > 0 ? length : whole.Length + length)];

        // When
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => ReadAll(cut));

        // Then
        Assert.Contains("cut off", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ADamagedFile_SaysThat_AndNothingAboutMethods()
    {
        // Given
        byte[] damaged = Packed(Content);
        damaged.AsSpan(12, 30).Fill(0xff);

        // Then
        Assert.Equal("the compressed data are wrong", Assert.Throws<InvalidDataException>(() => ReadAll(damaged)).Message);
    }

    [Fact]
    public void Read_AWholeFile_OfSeveralMembers_GivesAllOfIt() =>
        Assert.Equal([.. Content, .. Content], ReadAll([.. Packed(Content), .. Packed(Content)])[..(2 * Content.Length)]);

    private static byte[] ReadAll(byte[] file)
    {
        using CheckedGzipStream stream = new(new MemoryStream(file));
        using MemoryStream content = new();
        byte[] buffer = new byte[4096];
        while (content.Length < 2 * Content.Length && stream.Read(buffer) is > 0 and int got) content.Write(buffer, 0, got);
        stream.CheckEnd();
        return content.ToArray();
    }

    private static byte[] Packed(byte[] content)
    {
        using MemoryStream memory = new();
        using (GZipStream gzip = new(memory, CompressionLevel.Fastest)) gzip.Write(content);
        return memory.ToArray();
    }
}
