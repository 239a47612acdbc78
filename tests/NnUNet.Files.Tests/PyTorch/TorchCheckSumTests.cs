using System.Text;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;
using NnUNet.Testing;

namespace NnUNet.Files.Tests.PyTorch;

public sealed class TorchCheckSumTests
{
    [Theory]
    [InlineData(0L, 4L)]
    [InlineData(1L, 2L)]
    public void Read_AStorageWithOneByteChanged_IsRefused(long offset, long length)
    {
        // Given four floats, of which all or some are seen, and a byte of them changed
        using TemporaryFolder folder = new();
        SmallTorchFiles.WriteZip(folder["a.model"], new PickleDictionary { ["w"] = SmallTorchFiles.Tensor(4, offset, [length], [1]) }, "0123456789abcdef"u8.ToArray());
        byte[] bytes = File.ReadAllBytes(folder["a.model"]);
        int at = bytes.AsSpan().IndexOf("0123456789abcdef"u8);
        bytes[at + 5]++;
        File.WriteAllBytes(folder["b.model"], bytes);

        // When
        using TorchFile sound = TorchFile.Open(folder["a.model"]);
        using TorchFile damaged = TorchFile.Open(folder["b.model"]);

        // Then
        Assert.Equal(Encoding.ASCII.GetBytes("0123456789abcdef")[(int)(4 * offset)..(int)(4 * (offset + length))], Bytes(sound));
        TorchFileException error = Assert.Throws<TorchFileException>(() => Bytes(damaged));
        Assert.Contains("the check sum of archive/data/0 is wrong", error.What, StringComparison.Ordinal);
        Assert.Throws<TorchFileException>(() => Bytes(damaged));
    }

    [Fact]
    public void Open_APickleWithOneByteChanged_IsRefused()
    {
        // Given
        using TemporaryFolder folder = new();
        SmallTorchFiles.WriteZip(folder["a.model"], new PickleDictionary { ["epoch"] = "twelve" });
        byte[] bytes = File.ReadAllBytes(folder["a.model"]);
        bytes[bytes.AsSpan().IndexOf("twelve"u8)] = (byte)'T';
        File.WriteAllBytes(folder["a.model"], bytes);

        // Then
        Assert.Contains("the check sum", Assert.Throws<PickleException>(() => TorchFile.Open(folder["a.model"])).What, StringComparison.Ordinal);
    }

    private static byte[] Bytes(TorchFile file)
    {
        TensorView view = (TensorView)((PickleDictionary)file.Content!)["w"]!;
        byte[] bytes = new byte[view.ByteCount];
        view.CopyTo(bytes);
        return bytes;
    }
}
