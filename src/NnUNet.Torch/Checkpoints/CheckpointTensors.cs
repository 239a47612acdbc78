using System.Security.Cryptography;
using NnUNet.Files.Safetensors;
using NnUNet.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Checkpoints;

/// <summary>The tensors of one kind in a checkpoint, written as float32 straight from torch's memory.</summary>
/// <param name="tensors">Names and tensors, owned by others.</param>
internal sealed class CheckpointTensors(IReadOnlyList<(string Name, Tensor Tensor)> tensors)
{
    private const int BufferBytes = 1 << 20;

    /// <summary>SHA-256 of all numbers in the file's order, as hexadecimal digits.</summary>
    public string Checksum()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((_, Tensor tensor) in tensors) WithBytes(tensor, hash.AppendData);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The tensors as items of a safetensors file.</summary>
    public IEnumerable<SafetensorsItem> Items() => tensors.Select(t =>
        new SafetensorsItem(t.Name, "F32", t.Tensor.shape, stream => WithBytes(t.Tensor, stream.Write)));

    /// <summary>Compares the numbers of a file with the checksum that it states.</summary>
    /// <exception cref="DescribedException">They differ.</exception>
    public static void Verify(string path, SafetensorsFile file, IEnumerable<SafetensorsEntry> entries, string expected)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferBytes];
        foreach (SafetensorsEntry entry in entries)
        {
            for (long done = 0; done < entry.ByteCount; done += BufferBytes)
            {
                Span<byte> part = buffer.AsSpan(0, (int)Math.Min(BufferBytes, entry.ByteCount - done));
                file.Read(entry, done, part);
                hash.AppendData(part);
            }
        }

        if (!Convert.ToHexStringLower(hash.GetHashAndReset()).Equals(expected, StringComparison.OrdinalIgnoreCase))
        {
            throw new DescribedException(path, "the numbers are not those that were written: their checksum differs", "the file is damaged; use another checkpoint or a copy of this one");
        }
    }

    private static void WithBytes(Tensor tensor, BytesAction use)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        use(tensor.detach().to_type(float32).cpu().contiguous().bytes);
    }

    private delegate void BytesAction(ReadOnlySpan<byte> bytes);
}
