using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using NnUNet.Benchmarks.Suite;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Benchmarks;

/// <summary>An image of 128x256x256 int16 voxels in .nii.gz, read as float; the baseline decompresses and converts number by number.</summary>
[Kernel("preprocessing", Slow = true)]
public class ImageFileBenchmarks
{
    private static readonly Extent Size = new(128, 256, 256);

    private readonly string _folder = Directory.CreateTempSubdirectory("nnunet-bench-").FullName;
    private string _path = string.Empty;
    private Volume<short> _volume = new(Size);

    [GlobalSetup]
    public void Setup()
    {
        _path = Path.Combine(_folder, "image.nii.gz");
        _volume = new Volume<short>(Size);
        for (int i = 0; i < _volume.Voxels.Length; i++) _volume.Voxels[i] = (short)((1000 * Math.Sin(i * 1e-3)) + (i * 7919L % 31));
        ImageFile.WriteLabels(_path, _volume);
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    [Benchmark(Baseline = true)]
    public float[] ReadNumberByNumber()
    {
        using BinaryReader reader = new(new BufferedStream(new GZipStream(File.OpenRead(_path), CompressionMode.Decompress), 1 << 16));
        reader.ReadBytes(352);
        float[] voxels = new float[Size.Count];
        for (int i = 0; i < voxels.Length; i++) voxels[i] = reader.ReadInt16();
        return voxels;
    }

    [Benchmark]
    public Volume<float> ReadVolume() => ImageFile.ReadVolume(_path);

    [Benchmark]
    public Volume<short> ReadLabels() => ImageFile.ReadLabels(_path);

    [Benchmark]
    public void WriteLabels() => ImageFile.WriteLabels(Path.Combine(_folder, "copy.nii.gz"), _volume);
}
