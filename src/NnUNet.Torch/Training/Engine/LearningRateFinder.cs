using System.Diagnostics;
using NnUNet.Core.Batches;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Training.Engine;

/// <summary>
/// The learning rate range test: <c>nnUNet_train --find_lr</c>. A fresh network is trained while the rate grows from 1e-6
/// to 10; the curve is written as <c>lr_finder.png</c> and <c>lr_finder.json</c> into the fold's folder, and nothing else.
/// </summary>
/// <remarks>Source: nnunet/training/network_training/network_trainer.py, find_lr.</remarks>
public static class LearningRateFinder
{
    /// <summary>Iterations of the search where the user gives none.</summary>
    public const int DefaultIterations = 1000;

    /// <summary>The curve as numbers.</summary>
    public const string FileName = "lr_finder.json";

    /// <summary>Iterations at the beginning that are not looked at, since their average is not one yet, and at the end.</summary>
    internal const int SkippedFirst = 10;

    /// <inheritdoc cref="SkippedFirst"/>
    internal const int SkippedLast = 5;

    private const double FirstRate = 1e-6;
    private const double LastRate = 10;
    private const double Alpha = 0.98;

    /// <summary>The average may grow to this multiple of its lowest value, both counted from a loss of -1 on.</summary>
    private const double Explosion = 4;

    /// <summary>Searches.</summary>
    /// <param name="options">What would be trained; its number of iterations is that of the search.</param>
    /// <param name="progress">Receives a report after every iteration.</param>
    /// <param name="cancel">Stops the search; nothing is written then.</param>
    /// <exception cref="DescribedException">Something is missing or contradictory.</exception>
    public static LearningRateCurve Execute(TrainingOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        if (options.Continue || options.ValidationOnly)
        {
            throw new DescribedException("nnUNet_train", "--find_lr begins with fresh weights and goes without -c and -val", "leave them out");
        }

        if (options.Replicas > 1) throw new DescribedException("nnUNet_train", "--find_lr runs on one device", "leave out what asks for several");

        using TrainingSetup setup = TrainingSetup.Open(options);
        TrainingSettings settings = setup.Decide(options with { Epochs = 1, Iterations = options.Iterations ?? DefaultIterations }, null);
        if (setup.SplitRemark is { } remark) progress?.Report(new TrainingProgress(TrainingPhase.Notice, 0, 1, 0, 0, double.NaN, null, $"warning: {remark}"));
        TorchRuntime.Initialize(settings.Threads);
        using TorchWorker worker = new(options.Device, settings.Threads);
        LearningRateCurve curve = worker.Run(() => Search(setup, settings, options, progress, cancel));
        ProductJson.Write(Path.Combine(setup.FoldPath, FileName), curve);
        TrainingProgress found = new(TrainingPhase.LearningRateFound, 0, 1, curve.Rates.Count, settings.Iterations, double.NaN, null, "") { Folder = setup.FoldPath, LearningRateCurve = curve };
        progress?.Report(found);
        foreach (IProgress<TrainingProgress> observer in options.Observers) observer.Report(found);
        return curve;
    }

    /// <summary>The suggestion for a curve.</summary>
    internal static double? Suggest(IReadOnlyList<double> rates, IReadOnlyList<double> smoothed)
    {
        int end = rates.Count - SkippedLast;
        if (end <= SkippedFirst) return null;

        int lowest = Enumerable.Range(SkippedFirst, end - SkippedFirst).MinBy(i => smoothed[i]);
        return rates[lowest] / 10;
    }

    private static LearningRateCurve Search(TrainingSetup setup, TrainingSettings settings, TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        using DisposeScope scope = NewDisposeScope();
        Device device = options.Device.ToTorch();
        using SegmentationNetwork network = setup.CreateNetwork(settings);
        using WeightOptimizer optimizer = setup.CreateOptimizer(settings, network);
        network.Initialize(unchecked((ulong)settings.Seed));
        network.to(device);
        network.train();
        TrainingStep step = new(network, optimizer, TrainingSetup.CreateLoss(settings), device);
        int loaders = Math.Max(1, Environment.ProcessorCount + 1 - settings.Threads);
        using IBatchSource batches = setup.CreateBatches(settings, network.OutputStrides, new BatchKey(0, false, 0), Math.Min(options.LoaderThreads ?? loaders, loaders));

        double growth = Math.Pow(LastRate / FirstRate, 1.0 / settings.Iterations);
        double rate = FirstRate;
        double average = 0;
        LossScale? scale = settings.Precision == ComputePrecision.Float16 ? new LossScale() : null;
        double best = double.PositiveInfinity;
        List<double> rates = [];
        List<double> losses = [];
        List<double> smoothed = [];
        bool exploded = false;
        Stopwatch clock = Stopwatch.StartNew();
        for (int i = 1; i <= settings.Iterations && !exploded; i++, rate *= growth)
        {
            using TrainingBatch batch = batches.Take(cancel);
            double loss = Step(step, batch, rate, i > 1, ref scale);

            // Counted from -1 on, the lowest value of Dice with cross-entropy, so that a multiple of it means something.
            average = (Alpha * average) + ((1 - Alpha) * (loss + 1));
            double value = average / (1 - Math.Pow(Alpha, i));
            exploded = !double.IsFinite(value) || (i > 1 && value > Explosion * best);
            if (exploded) break;

            best = Math.Min(best, value);
            rates.Add(rate);
            losses.Add(loss);
            smoothed.Add(value - 1);
            double each = clock.Elapsed.TotalSeconds / i;
            progress?.Report(new TrainingProgress(TrainingPhase.FindingLearningRate, 0, 1, i, settings.Iterations, value - 1, TimeSpan.FromSeconds(each * (settings.Iterations - i)), "")
            {
                Rate = rate,
                SecondsPerIteration = each,
                WaitShare = batches.Wait.Share,
            });
        }

        return new LearningRateCurve { Rates = [.. rates], Losses = [.. losses], Smoothed = [.. smoothed], Exploded = exploded, Suggested = Suggest(rates, smoothed) };
    }

    /// <returns>The loss before the step; infinity where it or the gradients are no numbers any more, which is what the search waits for.</returns>
    private static double Step(TrainingStep step, TrainingBatch batch, double rate, bool mayExplode, ref LossScale? scale)
    {
        StepResult result = step.Train(batch, rate, scale?.Scale ?? 1);
        while (result.Fault is not null && scale is { Scale: > LossScale.Minimum })
        {
            scale = scale.AfterSkip();
            result = step.Train(batch, rate, scale.Scale);
        }

        if (result.Fault is null) return result.Loss;
        if (mayExplode) return double.PositiveInfinity;

        throw new DescribedException(
            "the first iteration",
            $"{result.Fault} for the cases {string.Join(", ", batch.Cases)}",
            "look at these cases for values that are no numbers or far too large");
    }
}
