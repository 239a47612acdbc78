using System.IO.Compression;
using NnUNet.Files.Pickle;

namespace NnUNet.Files.Tests.PyTorch;

/// <summary>Writes small files of torch.save's zip format.</summary>
internal static class SmallTorchFiles
{
    /// <summary>A float32 tensor on storage "0".</summary>
    public static PickledCall Tensor(long numbers, long offset, long[] shape, long[] strides) => new(
        new PickledName("torch._utils", "_rebuild_tensor_v2"),
        PickleTuple.Create(
        [
            new PickledReference(PickleTuple.Create(["storage", new PickledName("torch", "FloatStorage"), "0", "cpu", numbers])),
            offset, Tuple(shape), Tuple(strides), false, new PickleDictionary { IsOrdered = true },
        ]));

    public static void WriteZip(string path, object? content, params byte[][] storages)
    {
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        using (Stream pickle = zip.CreateEntry("archive/data.pkl", CompressionLevel.NoCompression).Open()) PickleFile.Write(pickle, content, protocol: 2);
        for (int i = 0; i < storages.Length; i++)
        {
            using Stream storage = zip.CreateEntry($"archive/data/{i}", CompressionLevel.NoCompression).Open();
            storage.Write(storages[i]);
        }
    }

    private static PickleTuple Tuple(long[] values) => [.. values.Select(static v => (object?)v)];
}
