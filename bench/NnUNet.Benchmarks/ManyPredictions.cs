using System.Diagnostics;
using NnUNet.Benchmarks.Pipeline;
using NnUNet.Benchmarks.Suite;
using NnUNet.Imaging;
using NnUNet.Torch.Benchmarks;
using NnUNet.Torch.Inference;

namespace NnUNet.Benchmarks;

/// <summary>Many predictions of one small image in one process: the private memory of the second half must be that of the first within 1 %.</summary>
/// <remarks>Garbage is collected before memory is looked at, so that the moment of the runtime's own collections plays no part.</remarks>
internal static class ManyPredictions
{
    private const int WarmUp = 20;
    private static readonly Extent Image = new(20, 24, 22);

    /// <summary>Runs once.</summary>
    /// <param name="count">Number of predictions.</param>
    public static MeasuredTable Run(int count)
    {
        MachineFacts machine = MachineFacts.Now();
        string folder = Directory.CreateTempSubdirectory("nnunet-bench-").FullName;
        try
        {
            HippocampusModel.Write(folder, static plan => plan with { BaseNumFeatures = 8, PlansPerStage = new() { [0] = plan.PlansPerStage[0] with { PatchSize = [16, 16, 16] } } });
            Volume<float> image = new(Image);
            for (int v = 0; v < image.Voxels.Length; v++) image.Voxels[v] = MathF.Sin(v * 0.1f);
            using Segmenter segmenter = Segmenter.Load(folder, new PredictOptions { Mirror = false });
            for (int i = 0; i < WarmUp; i++) segmenter.Predict(image);
            (long[] bytes, double[] seconds) = (new long[count], new double[count]);
            long tensors = segmenter.LiveTensors;
            for (int i = 0; i < count; i++)
            {
                long begin = Stopwatch.GetTimestamp();
                segmenter.Predict(image);
                seconds[i] = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                GC.Collect();
                bytes[i] = PrivateMemory.Now();
            }

            return new MeasuredTable
            {
                Name = nameof(ManyPredictions),
                Machine = machine,
                Rows = [.. MemoryHalves.Rows($"{count} predictions in one process", bytes, seconds, tensors, segmenter.LiveTensors)],
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
