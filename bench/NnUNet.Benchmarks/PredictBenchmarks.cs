using BenchmarkDotNet.Attributes;
using NnUNet.Core;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;

namespace NnUNet.Benchmarks;

/// <summary>Four images of 36x50x36 with the hippocampus network (patch 40x56x40), from files to files. The original takes 4.5 s for one with mirroring.</summary>
[MemoryDiagnoser]
[SimpleJob(warmupCount: 1, iterationCount: 3)]
public class PredictBenchmarks
{
    private const int Cases = 4;
    private readonly string _root = Directory.CreateTempSubdirectory("nnunet-bench-").FullName;

    /// <summary>Whether all eight mirrorings are averaged.</summary>
    [Params(true, false)]
    public bool Mirror { get; set; }

    private string Model => Path.Combine(_root, "model");

    private string Input => Path.Combine(_root, "in");

    private string Output => Path.Combine(_root, "out");

    [GlobalSetup]
    public void Setup()
    {
        TorchRuntime.Initialize();
        Plan plan = CreatePlan();
        plan = plan with { Network = new GenericUNetFactory().Describe(plan, 0) };
        ProductJson.Write(Path.Combine(Model, Plan.ModelFileName), plan);
        using SegmentationNetwork network = NetworkFactory.Create(plan.Network);
        network.Initialize(1);
        Checkpoint.Save(Path.Combine(Model, "fold_0", "model_final_checkpoint.safetensors"), network, null, new { epoch = 0 });
        for (int i = 0; i < Cases; i++)
        {
            Volume<float> image = new(new Extent(36, 50, 36));
            for (int v = 0; v < image.Voxels.Length; v++) image.Voxels[v] = MathF.Sin((v + i) * 0.1f);
            ImageFile.WriteVolume(Path.Combine(Input, $"case{i}_0000.nii.gz"), image);
        }
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_root, recursive: true);

    /// <summary>Read, preprocess, predict, export and write one case after the other.</summary>
    [Benchmark(Baseline = true)]
    public void OneAfterTheOther()
    {
        using Segmenter segmenter = Segmenter.Load(Model, new PredictOptions { Mirror = Mirror });
        for (int i = 0; i < Cases; i++)
        {
            SegmentationResult result = segmenter.Predict(CaseReader.ReadChannels([Path.Combine(Input, $"case{i}_0000.nii.gz")]));
            ImageFile.WriteLabels(Path.Combine(Output, $"case{i}.nii.gz"), result.Segmentation);
        }
    }

    /// <summary>The three stages side by side, as nnUNet_predict does it.</summary>
    [Benchmark]
    public PredictReport Pipelined() =>
        PredictRun.Run(Model, Input, Output, new PredictRunOptions { Overwrite = true, Predict = new PredictOptions { Mirror = Mirror } });

    internal static Plan CreatePlan() => new()
    {
        NumStages = 1,
        NumModalities = 1,
        Modalities = new() { [0] = "MRI" },
        NormalizationSchemes = new() { [0] = "nonCT" },
        DatasetProperties = new DatasetFingerprint { AllSizes = [], AllSpacings = [], AllClasses = [1, 2], Modalities = new() { [0] = "MRI" }, SizeReductions = [] },
        NumClasses = 2,
        AllClasses = [1, 2],
        BaseNumFeatures = 32,
        UseMaskForNorm = new() { [0] = false },
        TransposeForward = [0, 1, 2],
        TransposeBackward = [0, 1, 2],
        DataIdentifier = "nnUNetData_plans_v2.1",
        PreprocessorName = "GenericPreprocessor",
        PlansPerStage = new()
        {
            [0] = new ConfigurationPlan
            {
                BatchSize = 9,
                NumPoolPerAxis = [3, 3, 3],
                PatchSize = [40, 56, 40],
                MedianPatientSizeInVoxels = [36, 50, 35],
                CurrentSpacing = [1, 1, 1],
                OriginalSpacing = [1, 1, 1],
                DoDummy2DDataAug = false,
                PoolOpKernelSizes = [[2, 2, 2], [2, 2, 2], [2, 2, 2]],
                ConvKernelSizes = [[3, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3]],
            },
        },
    };
}
