using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Files.Tests.Numpy;

public sealed class NpzArrayReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(70_000)]
    public void Read_InParts_GivesWhatWasWritten(int step)
    {
        // Given
        using NnUNet.Testing.TemporaryFolder folder = new();
        NumpyRandomState random = new(7);
        Half[] written = [.. Enumerable.Range(0, 140_000).Select(_ => (Half)random.RandomSample())];
        NpzFile.Write(folder["a.npz"], [NpzEntry.From("other", new ReadOnlyMemory<int>([1, 2]), 2), NpzEntry.From("softmax", new ReadOnlyMemory<Half>(written), 2, 70_000)]);
        List<float> read = [];
        float[] part = new float[step];

        // When
        using NpzArrayReader reader = NpzArrayReader.Open(folder["a.npz"], "softmax");
        while (read.Count < written.Length)
        {
            reader.Read(part);
            read.AddRange(part);
        }

        // Then
        Assert.Equal([2, 70_000], reader.Shape);
        Assert.True(reader.IsHalf);
        Assert.Equal(written.Select(static h => (float)h), read);
    }

    [Fact]
    public void Open_NoSuchArray_NamesThoseThereAre()
    {
        // Given
        using NnUNet.Testing.TemporaryFolder folder = new();
        NpzFile.Write(folder["a.npz"], [NpzEntry.From("data", new ReadOnlyMemory<int>([1, 2]), 2)]);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => NpzArrayReader.Open(folder["a.npz"], "softmax"));

        // Then
        Assert.Contains("there are data.npy", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FileThatIsCutOffAnywhere_FailsCleanly()
    {
        // Given
        using NnUNet.Testing.TemporaryFolder folder = new();
        NpzFile.Write(folder["a.npz"], [NpzEntry.From("softmax", new ReadOnlyMemory<float>([1, 2, 3, 4]), 4)]);
        byte[] whole = File.ReadAllBytes(folder["a.npz"]);

        // When
        FileFormatException[] errors = [.. Enumerable.Range(0, whole.Length).Select(length =>
        {
            File.WriteAllBytes(folder["cut.npz"], whole[..length]);
            return Assert.Throws<FileFormatException>(() => NpzArrayReader.Open(folder["cut.npz"], "softmax"));
        })];

        // Then
        Assert.All(errors, e => Assert.StartsWith(folder["cut.npz"], e.Where, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_FewerNumbersThanTheHeaderSays_IsCutOff()
    {
        // Given: a header of 4 numbers with 2 behind it
        using NnUNet.Testing.TemporaryFolder folder = new();
        using (FileStream file = File.Create(folder["a.npz"]))
        using (System.IO.Compression.ZipArchive archive = new(file, System.IO.Compression.ZipArchiveMode.Create))
        using (Stream entry = archive.CreateEntry("softmax.npy").Open())
        {
            entry.Write(NpyFile.Head<float>("softmax", [4], null));
            entry.Write(new byte[8]);
        }

        using NpzArrayReader reader = NpzArrayReader.Open(folder["a.npz"], "softmax");

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => reader.Read(new float[4]));

        // Then
        Assert.Contains("needs 16 bytes, but 8 are there", e.What, StringComparison.Ordinal);
    }
}
