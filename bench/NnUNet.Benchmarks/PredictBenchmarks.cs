using BenchmarkDotNet.Attributes;
using NnUNet.Benchmarks.Pipeline;
using NnUNet.Benchmarks.Suite;
using NnUNet.Core.Cropping;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Benchmarks;

/// <summary>Four images of 36x50x36 with the hippocampus network (patch 40x56x40), from files to files. The original takes 4.5 s for one with mirroring.</summary>
[Kernel("prediction", Slow = true, NotQuick = "Mirror True")]
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
        HippocampusModel.Write(Model);
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
}
