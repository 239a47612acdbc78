using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Torch.Benchmarks;

/// <summary>One CT of 60x256x256 voxels at 5x0.8x0.8 mm, to be cropped, resampled to 3x1x1 mm with separate z, and normalised.</summary>
internal sealed class BenchmarkCt
{
    private static readonly Extent Extent = new(60, 256, 256);
    private static readonly ImageGeometry Geometry = ImageGeometry.FromSpacing(new Spacing(5, 0.8, 0.8));

    private readonly Volume<float> _image = new(Extent, Geometry);
    private readonly Volume<short> _labels = new(Extent, Geometry);
    private readonly Plan _plan = CreatePlan();

    /// <summary>A body in the middle of air: a tenth of each edge is cut off.</summary>
    public BenchmarkCt()
    {
        for (int z = 0; z < Extent.Z; z++)
        {
            for (int y = 26; y < 230; y++)
            {
                for (int x = 26; x < 230; x++)
                {
                    _image[z, y, x] = 40 + (60 * MathF.Sin((z + y + x) * 0.1f));
                    if (z is > 20 and < 40 && y is > 80 and < 160 && x is > 80 and < 160) _labels[z, y, x] = (short)(1 + (x / 120));
                }
            }
        }
    }

    /// <summary>Preprocesses it.</summary>
    public PreprocessedCase Preprocess() => new GenericPreprocessor().Run([_image], _labels, [], _plan, stage: 0);

    private static Plan CreatePlan()
    {
        ChannelIntensities intensities = new() { Mean = 40, Sd = 40, Median = 40, Percentile005 = -100, Percentile995 = 100 };
        DatasetFingerprint fingerprint = new()
        {
            NumCases = 20,
            AllSizes = [new ValueArray<int>(Extent.ToArray())],
            AllSpacings = [new ValueArray<double>(Geometry.Spacing.ToArray())],
            AllClasses = [1, 2],
            Modalities = new SortedDictionary<int, string> { [0] = "CT" },
            IntensityProperties = new SortedDictionary<int, ChannelIntensities> { [0] = intensities },
            SizeReductions = new SortedDictionary<string, double> { ["a"] = 0.6 },
        };
        PlanningOptions options = new() { Spacing = new Spacing(3, 1, 1) };
        Plan plan = Catalog<ExperimentPlanner>.Create("ExperimentPlanner3D_v21").CreatePlan(fingerprint, options);
        return plan with { PlansPerStage = new SortedDictionary<int, ConfigurationPlan> { [0] = plan.PlansPerStage.Last().Value } };
    }
}
