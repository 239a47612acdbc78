using System.Diagnostics;
using NnUNet.Core.Export;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats.Numpy;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Benchmarks;

/// <summary>
/// The export alone of 118 classes on 533x256x256, float16 in a mapped file, to 800x512x512: time and peak of private memory,
/// which must stay below 2 GB. The original needs about 200 GB. Needs 8.3 GB in the folder for temporary files.
/// </summary>
internal static class LargeExport
{
    private const int Classes = 118;
    private static readonly Extent Network = new(533, 256, 256);
    private static readonly Extent Image = new(800, 512, 512);

    /// <summary>Runs once.</summary>
    /// <param name="shrink">Divides each axis: 1 for the whole size, 2 for an eighth of it.</param>
    public static void Run(int shrink)
    {
        Extent from = Shrunk(Network, shrink), to = Shrunk(Image, shrink);
        string folder = Directory.CreateTempSubdirectory("nnunet-bench-").FullName;
        try
        {
            string path = Path.Combine(folder, "probabilities.npy");
            NpyFile.Write(path, [Classes, from.Z, from.Y, from.X], Maps(from));
            using NpyMap<Half> map = NpyFile.Map<Half>(path);
            GC.Collect();
            long before = PrivateMemory.Now();
            PrivateMemory memory = new();
            Stopwatch clock = Stopwatch.StartNew();
            Volume<short> labels = SegmentationExporter.Export(ProbabilityMaps.From(map), ExportBenchmarks.PropertiesOf(to), ExportBenchmarks.PlanOf([0, 1, 2]));
            TimeSpan time = clock.Elapsed;
            memory.Dispose();
            Console.WriteLine(FormattableString.Invariant($"{Classes} classes, {from} to {to}, file of {new FileInfo(path).Length / 1e9:0.00} GB: {time.TotalSeconds:0.0} s, private memory {before / 1e6:0} MB before, {memory.Peak / 1e6:0} MB at most, {labels.Voxels.Distinct().Count()} labels"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Extent Shrunk(Extent extent, int by) => new((extent.Z + by - 1) / by, extent.Y / by, extent.X / by);

    private static IEnumerable<ReadOnlyMemory<Half>> Maps(Extent extent)
    {
        Half[] map = new Half[extent.Count];
        for (int k = 0; k < Classes; k++)
        {
            int phase = k;
            VolumeRows.ForEach(extent.Z, z =>
            {
                for (int i = z * extent.SliceCount; i < (z + 1) * extent.SliceCount; i++) map[i] = (Half)(0.5f + (0.5f * MathF.Sin((i * 0.0007f) + phase)));
            });
            yield return map;
        }
    }
}
