using BenchmarkDotNet.Attributes;
using NnUNet.Core.Export;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Benchmarks;

/// <summary>From 14 probability maps of 128x256x256 to a segmentation of 180x400x400. The original needs 27.9 s and 9.3 GB.</summary>
[MemoryDiagnoser]
[SimpleJob(warmupCount: 1, iterationCount: 3)]
public class ExportBenchmarks
{
    private const int Classes = 14;
    private static readonly Extent Network = new(128, 256, 256);
    private static readonly Extent Image = new(180, 400, 400);
    private static readonly int[] Straight = [0, 1, 2];

    private readonly MultiChannelArray<float> _probabilities = new(Classes, Network);
    private readonly Plan _plan = PlanOf(Straight);
    private readonly Plan _turnedPlan = PlanOf([2, 0, 1]);
    private readonly CaseProperties _properties = PropertiesOf(Image);
    private readonly CaseProperties _turnedProperties = PropertiesOf(new Extent(Image.Y, Image.X, Image.Z));

    [GlobalSetup]
    public void Setup() => VolumeRows.ForEach(Classes, k =>
    {
        float[] map = _probabilities[k];
        for (int i = 0; i < map.Length; i++) map[i] = 0.5f + (0.5f * MathF.Sin((i * 0.0007f) + k));
    });

    /// <summary>Whole classes at full resolution, one after the other, then the argmax: the plain way.</summary>
    [Benchmark(Baseline = true)]
    public short[] ClassByClass() => ClassByClass(order: 1);

    [Benchmark]
    public Volume<short> Export() => SegmentationExporter.Export(_probabilities, _properties, _plan);

    [Benchmark]
    public Volume<short> ExportTurned() => SegmentationExporter.Export(_probabilities, _turnedProperties, _turnedPlan);

    [Benchmark]
    public short[] CubicClassByClass() => ClassByClass(order: 3);

    [Benchmark]
    public Volume<short> ExportCubic() => SegmentationExporter.Export(_probabilities, _properties, _plan, new ExportOptions { Order = 3 });

    private short[] ClassByClass(int order)
    {
        float[] best = new float[Image.Count], values = new float[Image.Count];
        short[] labels = new short[Image.Count];
        Array.Fill(best, float.NegativeInfinity);
        for (int k = 0; k < Classes; k++)
        {
            AnisotropicResampling.Resample(_probabilities[k], Network, values, Image, null, order, 0);
            for (int i = 0; i < values.Length; i++)
            {
                if (values[i] <= best[i]) continue;
                best[i] = values[i];
                labels[i] = (short)k;
            }
        }

        return labels;
    }

    internal static CaseProperties PropertiesOf(Extent image) => new()
    {
        OriginalSizeOfRawData = image.ToArray().ToValueArray(),
        OriginalSpacing = [1, 1, 1],
        ItkOrigin = [0, 0, 0],
        ItkSpacing = [1, 1, 1],
        ItkDirection = [1, 0, 0, 0, 1, 0, 0, 0, 1],
        CropBbox = [[0, image.Z], [0, image.Y], [0, image.X]],
        SizeAfterCropping = image.ToArray().ToValueArray(),
        SpacingAfterResampling = [1, 1, 1],
    };

    internal static Plan PlanOf(int[] transpose) => new()
    {
        NumStages = 1,
        NumModalities = 1,
        Modalities = [],
        NormalizationSchemes = [],
        DatasetProperties = new DatasetFingerprint { AllSizes = [], AllSpacings = [], AllClasses = [], Modalities = [], SizeReductions = [] },
        NumClasses = Classes - 1,
        AllClasses = [.. Enumerable.Range(1, Classes - 1)],
        BaseNumFeatures = 32,
        UseMaskForNorm = [],
        TransposeForward = transpose.ToValueArray(),
        TransposeBackward = [Array.IndexOf(transpose, 0), Array.IndexOf(transpose, 1), Array.IndexOf(transpose, 2)],
        DataIdentifier = "",
        PlansPerStage = [],
        PreprocessorName = "GenericPreprocessor",
    };
}
