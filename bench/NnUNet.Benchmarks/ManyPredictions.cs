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

            (double first, double last) = (bytes.Take(count / 2).Average(), bytes.Skip(count / 2).Average());
            return new MeasuredTable
            {
                Name = nameof(ManyPredictions),
                Machine = machine,
                Rows =
                [
                    Row("first half", first, bytes.Take(count / 2), seconds.Take(count / 2)) with { Baseline = true, Note = $"{tensors} tensors before" },
                    Row("second half", last, bytes.Skip(count / 2), seconds.Skip(count / 2)) with
                    {
                        Note = FormattableString.Invariant($"{(last / first) - 1:+0.00%;-0.00%} private memory on average; {segmenter.LiveTensors} tensors after"),
                    },
                ],
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        MeasuredRow Row(string name, double mean, IEnumerable<long> bytes, IEnumerable<double> seconds) =>
            new() { Case = $"{count} predictions in one process", Name = name, Seconds = [.. seconds], PrivateBytes = bytes.Max() };
    }
}
