using NnUNet.Core;
using NnUNet.Core.Planning;
using NnUNet.Imaging;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;

namespace NnUNet.Benchmarks;

/// <summary>Many predictions of one small image in one process: the private memory of the second half must be that of the first within 1 %.</summary>
/// <remarks>Garbage is collected before memory is looked at, so that the moment of the runtime's own collections plays no part.</remarks>
internal static class ManyPredictions
{
    private const int WarmUp = 20;
    private static readonly Extent Image = new(20, 24, 22);

    /// <summary>Runs once.</summary>
    /// <param name="count">Number of predictions.</param>
    public static void Run(int count)
    {
        string folder = Directory.CreateTempSubdirectory("nnunet-bench-").FullName;
        try
        {
            TorchRuntime.Initialize();
            Plan plan = PredictBenchmarks.CreatePlan();
            plan = plan with { BaseNumFeatures = 8, PlansPerStage = new() { [0] = plan.PlansPerStage[0] with { PatchSize = [16, 16, 16] } } };
            plan = plan with { Network = new GenericUNetFactory().Describe(plan, 0) };
            ProductJson.Write(Path.Combine(folder, Plan.ModelFileName), plan);
            using (SegmentationNetwork network = NetworkFactory.Create(plan.Network))
            {
                network.Initialize(1);
                Checkpoint.Save(Path.Combine(folder, "fold_0", "model_final_checkpoint.safetensors"), network, null, new { epoch = 0 });
            }

            Volume<float> image = new(Image);
            for (int v = 0; v < image.Voxels.Length; v++) image.Voxels[v] = MathF.Sin(v * 0.1f);
            using Segmenter segmenter = Segmenter.Load(folder, new PredictOptions { Mirror = false });
            for (int i = 0; i < WarmUp; i++) segmenter.Predict(image);
            long[] bytes = new long[count];
            long tensors = segmenter.LiveTensors;
            for (int i = 0; i < count; i++)
            {
                segmenter.Predict(image);
                GC.Collect();
                bytes[i] = PrivateMemory.Now();
            }

            double first = bytes.Take(count / 2).Average(), last = bytes.Skip(count / 2).Average();
            Console.WriteLine(FormattableString.Invariant($"{count} predictions: private memory {first / 1e6:0.0} MB in the first half, {last / 1e6:0.0} MB in the second ({(last / first) - 1:+0.00%;-0.00%}); {tensors} tensors before, {segmenter.LiveTensors} after"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
