using NnUNet.Core.Cropping;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Torch.Benchmarks;

/// <summary>What the processor does with images before and after the network, and how fast memory is.</summary>
internal sealed class DataMeasurements(MachineBenchmarkOptions options, Repetitions repetitions)
{
    /// <summary>The image that <see cref="Export"/> makes, (z, y, x).</summary>
    public static readonly Extent ExportImage = new(128, 256, 256);

    private const int ExportClasses = 5;
    private const int CopyBlocks = 256;
    private static readonly Extent ExportNetwork = new(64, 128, 128);

    private int Shrink => options.Tiny ? 8 : 1;

    /// <summary>From a CT to what the network sees.</summary>
    public MachineFigure Preprocessing()
    {
        BenchmarkCt ct = new();
        return repetitions.Measure(FigureKeys.Preprocessing, "preprocessing of a CT of 60x256x256", () => ct.Preprocess());
    }

    /// <summary>Cubic resampling.</summary>
    public MachineFigure Resampling()
    {
        Extent from = new(90 / Shrink, 256 / Shrink, 256 / Shrink), to = new(128 / Shrink, 200 / Shrink, 200 / Shrink);
        float[] image = new float[from.Count], resized = new float[to.Count];
        for (int i = 0; i < image.Length; i++) image[i] = MathF.Sin(i * 0.37f);
        return repetitions.Measure(FigureKeys.Resampling, "cubic resampling of 90x256x256 to 128x200x200", () => SplineResampling.Resize(image, from, resized, to, 3));
    }

    /// <summary>From probabilities to the segmentation of the image.</summary>
    public MachineFigure Export()
    {
        Extent network = Shrunk(ExportNetwork), image = Shrunk(ExportImage);
        MultiChannelArray<float> probabilities = new(ExportClasses, network);
        for (int k = 0; k < ExportClasses; k++)
        {
            float[] map = probabilities[k];
            for (int i = 0; i < map.Length; i++) map[i] = 0.5f + (0.5f * MathF.Sin((i * 0.0007f) + k));
        }

        ModelContract contract = BenchmarkPlans.ForExport(ExportClasses, [0, 1, 2]);
        CaseProperties properties = BenchmarkPlans.PropertiesOf(image);
        return repetitions.Measure(
            FigureKeys.Export, "export of 5 classes from 64x128x128 to 128x256x256", () => SegmentationExporter.Export(probabilities, properties, contract));
    }

    /// <summary>Copying memory that no cache holds, with all threads.</summary>
    public MachineFigure MemoryCopy()
    {
        int block = options.Tiny ? 1 << 8 : 1 << 18;
        float[] from = new float[CopyBlocks * block], to = new float[from.Length];
        Array.Fill(from, 1);
        return repetitions.Measure(
            FigureKeys.Memory,
            "copying memory, read and written",
            () => ParallelLoop.ForEach(CopyBlocks, i => from.AsSpan(i * block, block).CopyTo(to.AsSpan(i * block, block))),
            2L * sizeof(float) * from.Length);
    }

    private Extent Shrunk(Extent extent) => new(extent.Z / Shrink, extent.Y / Shrink, extent.X / Shrink);
}
