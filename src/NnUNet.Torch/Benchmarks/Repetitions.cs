using System.Diagnostics;

namespace NnUNet.Torch.Benchmarks;

/// <summary>Runs things several times and takes the median.</summary>
internal sealed class Repetitions(MachineBenchmarkOptions options, CancellationToken cancel)
{
    private const int MostRuns = 200;

    /// <summary>One run to warm up, then at least the minimum number of runs.</summary>
    /// <param name="key">The figure's key.</param>
    /// <param name="text">What is measured.</param>
    /// <param name="action">One run.</param>
    /// <param name="bytes">Bytes that one run moves, for a rate; 0 for seconds.</param>
    public MachineFigure Measure(string key, string text, Action action, long bytes = 0)
    {
        List<double> seconds = [];
        action();
        long begin = Stopwatch.GetTimestamp();
        while (seconds.Count < options.MinimumRuns || (seconds.Count < MostRuns && Stopwatch.GetElapsedTime(begin) < options.Budget))
        {
            cancel.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            action();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        double median = Median(seconds);
        return new MachineFigure { Key = key, Text = text, Value = bytes > 0 ? bytes / median : median, IsRate = bytes > 0, Runs = seconds.Count };
    }

    /// <summary>The middle of some numbers.</summary>
    internal static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
