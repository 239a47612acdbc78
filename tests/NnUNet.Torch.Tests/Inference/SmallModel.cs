using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Testing;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Training;

namespace NnUNet.Torch.Tests.Inference;

/// <summary>A model folder with a tiny untrained network of three classes, patch 8x8x8 (or 8x8), for images of 2 mm; a cascade's second stage where that is asked for.</summary>
internal sealed class SmallModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallModel(int folds = 1, int channels = 1, bool slices = false, bool previousStage = false, int[]? transpose = null)
    {
        int[] axes = slices ? [8, 8] : [8, 8, 8];
        ValueArray<int> kernel = axes.Select(static _ => 3).ToValueArray(), pool = axes.Select(static _ => 2).ToValueArray();
        SortedDictionary<int, string> names = new(Enumerable.Range(0, channels).ToDictionary(static c => c, static c => $"MR{c}"));
        Plan plan = new()
        {
            NumStages = 1,
            NumModalities = channels,
            Modalities = names,
            NormalizationSchemes = new(names.ToDictionary(static c => c.Key, static _ => "nonCT")),
            DatasetProperties = new DatasetFingerprint { AllSizes = [], AllSpacings = [], AllClasses = [1, 2], Modalities = names, SizeReductions = [] },
            NumClasses = 2,
            AllClasses = [1, 2],
            BaseNumFeatures = 4,
            UseMaskForNorm = new(names.ToDictionary(static c => c.Key, static _ => false)),
            TransposeForward = (transpose ?? [0, 1, 2]).ToValueArray(),
            TransposeBackward = [.. Enumerable.Range(0, 3).Select(axis => transpose is null ? axis : Array.IndexOf(transpose, axis))],
            DataIdentifier = "nnUNetData_plans_v2.1",
            PreprocessorName = slices ? "PreprocessorFor2D" : "GenericPreprocessor",
            PlansPerStage = new()
            {
                [0] = new ConfigurationPlan
                {
                    BatchSize = 2,
                    NumPoolPerAxis = axes.Select(static _ => 1).ToValueArray(),
                    PatchSize = axes.ToValueArray(),
                    MedianPatientSizeInVoxels = [12, 12, 12],
                    CurrentSpacing = [2, 2, 2],
                    OriginalSpacing = [2, 2, 2],
                    DoDummy2DDataAug = false,
                    PoolOpKernelSizes = [pool],
                    ConvKernelSizes = [kernel, kernel],
                },
            },
        };
        Network = new GenericUNetFactory().Describe(plan, 0, previousStage ? plan.NumClasses : 0);
        ProductJson.Write(_folder["plans.json"], plan with { Network = Network });
        for (int fold = 0; fold < folds; fold++)
        {
            using SegmentationNetwork network = NetworkFactory.Create(Network);
            network.Initialize((ulong)(11 + fold));
            Checkpoint.Save(_folder[$"fold_{fold}/model_final_checkpoint.safetensors"], network, null, new { epoch = 0 });
        }
    }

    public string Folder => _folder.Root;

    public NetworkDescription Network { get; }

    /// <summary>An image with structure; 1 mm, so that it is resampled.</summary>
    public static Volume<float> Image(int z = 17, int y = 22, int x = 19, int dimensions = 3, int seed = 0)
    {
        Volume<float> image = new(new Extent(z, y, x), ImageGeometry.Identity with { Dimensions = dimensions, ItkOrigin = [3, -4, dimensions == 3 ? 5 : 0] });
        for (int i = 0; i < image.Voxels.Length; i++) image.Voxels[i] = 100 + (50 * MathF.Sin((i + seed) * 0.37f) * MathF.Cos(i * 0.011f));
        return image;
    }

    /// <summary>What a low resolution may say about <see cref="Image"/>: blocks of the labels 0 to 2.</summary>
    public static Volume<short> LowResolution(int z = 17, int y = 22, int x = 19, int shift = 0)
    {
        Volume<short> labels = new(new Extent(z, y, x), Image(z, y, x).Geometry);
        for (int i = 0; i < labels.Voxels.Length; i++) labels.Voxels[i] = (short)(((i / 700) + shift) % 3);
        return labels;
    }

    public void Dispose() => _folder.Dispose();
}
