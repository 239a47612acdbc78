using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using NnUNet.Benchmarks.Suite;
using NnUNet.Core.Export;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Torch.Benchmarks;

namespace NnUNet.Benchmarks;

/// <summary>
/// The export alone of 118 classes on 533x256x256, float16 in a mapped file, to 800x512x512: time and peak of private memory,
/// which must stay below 2 GB. The baseline reads the file once, which is the least that can be done.
/// </summary>
internal static class LargeExport
{
    private const int Classes = 118;
    private const int Runs = 5;
    private const double FreeDiskFactor = 1.5;
    private static readonly Extent Network = new(533, 256, 256);
    private static readonly Extent Image = new(800, 512, 512);

    /// <summary>The whole size, "1", where disk and memory have room for its 8.3 GB of probabilities, else an eighth of it, "2".</summary>
    /// <param name="folder">The folder whose disk gets the file.</param>
    public static string BestShrink(string folder)
    {
        double bytes = FreeDiskFactor * Classes * sizeof(short) * Network.Count;
        return new DriveInfo(folder).AvailableFreeSpace > bytes && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes > bytes ? "1" : "2";
    }

    /// <summary>Measures both in turn.</summary>
    /// <param name="shrink">Divides each axis: 1 for the whole size, 2 for an eighth of it.</param>
    /// <param name="folder">Gets the file of probabilities, which is removed again.</param>
    public static MeasuredTable Run(int shrink, string folder)
    {
        MachineFacts machine = MachineFacts.Now();
        Extent from = Shrunk(Network, shrink), to = Shrunk(Image, shrink);
        string path = Path.Combine(folder, $"probabilities-{Environment.ProcessId}.npy");
        try
        {
            NpyFile.Write(path, [Classes, from.Z, from.Y, from.X], Maps(from));
            using NpyMap<Half> map = NpyFile.Map<Half>(path);
            string size = string.Create(CultureInfo.InvariantCulture, $"{Classes} classes, {from} to {to}, {Figures.Bytes(new FileInfo(path).Length)}");
            List<double> reading = [], exporting = [];
            long read = 0, most = 0;
            for (int run = -1; run < Runs; run++)
            {
                (double seconds, long peak) = Timed(() => ReadAll(path));
                if (run >= 0) reading.Add(seconds);
                read = Math.Max(read, peak);
                (seconds, peak) = Timed(() => SegmentationExporter.Export(ProbabilityMaps.From(map), BenchmarkPlans.PropertiesOf(to), BenchmarkPlans.ForExport(Classes, [0, 1, 2])));
                if (run >= 0) exporting.Add(seconds);
                most = Math.Max(most, peak);
            }

            string labels = Figures.Bytes(sizeof(short) * to.Count);
            return new MeasuredTable
            {
                Name = nameof(LargeExport),
                Machine = machine,
                Rows =
                [
                    new() { Case = size, Name = "reading the file once", Baseline = true, Seconds = [.. reading], PrivateBytes = read },
                    new() { Case = size, Name = "export to labels", Seconds = [.. exporting], PrivateBytes = most, Note = $"{labels} of it are the labels" },
                ],
            };
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static (double Seconds, long Peak) Timed(Action action)
    {
        GC.Collect();
        PrivateMemory memory = new();
        long begin = Stopwatch.GetTimestamp();
        action();
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        memory.Dispose();
        return (seconds, memory.Peak);
    }

    private static long ReadAll(string path)
    {
        const int Block = 1 << 22;
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path);
        long sum = 0;
        ParallelLoop.ForEach((int)((RandomAccess.GetLength(file) + Block - 1) / Block), i =>
        {
            byte[] bytes = System.Buffers.ArrayPool<byte>.Shared.Rent(Block);
            int count = RandomAccess.Read(file, bytes.AsSpan(0, Block), (long)i * Block);
            Vector<long> part = Vector<long>.Zero;
            foreach (Vector<long> v in MemoryMarshal.Cast<byte, Vector<long>>(bytes.AsSpan(0, count))) part += v;
            Interlocked.Add(ref sum, Vector.Sum(part));
            System.Buffers.ArrayPool<byte>.Shared.Return(bytes);
        });
        return sum;
    }

    private static Extent Shrunk(Extent extent, int by) => new((extent.Z + by - 1) / by, extent.Y / by, extent.X / by);

    private static IEnumerable<ReadOnlyMemory<Half>> Maps(Extent extent)
    {
        Half[] map = new Half[extent.Count];
        for (int k = 0; k < Classes; k++)
        {
            int phase = k;
            ParallelLoop.ForEach(extent.Z, z =>
            {
                for (int i = z * extent.SliceCount; i < (z + 1) * extent.SliceCount; i++) map[i] = (Half)(0.5f + (0.5f * MathF.Sin((i * 0.0007f) + phase)));
            });
            yield return map;
        }
    }
}
