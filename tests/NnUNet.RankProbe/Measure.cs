using System.Diagnostics;
using NnUNet.Torch.Replicas;
using static TorchSharp.torch;

namespace NnUNet.RankProbe;

/// <summary>The times of sums, for people: medians of rank 0.</summary>
internal static class Measure
{
    public static void Run(ICommunicator ranks)
    {
        if (ranks.Rank == 0) Console.WriteLine($"{ranks.Engine}, {ranks.World} ranks");
        Time(ranks, "a sum of one float64", 8, 500);
        Time(ranks, "a sum of 4 kB", 4000, 500);
        Time(ranks, "a sum of 400 kB", 400_000, 100);
        Time(ranks, "a sum of 30 MB", 30_000_000, 11);
        Time(ranks, "a sum of 120 MB", 120_000_000, 7);
    }

    private static void Time(ICommunicator ranks, string what, long bytes, int repeats)
    {
        using Tensor values = ones(bytes / 4);
        ranks.Sum(values);
        List<double> times = [];
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            values.fill_(1);
            ranks.Barrier();
            long begin = Stopwatch.GetTimestamp();
            ranks.Sum(values);
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
        }

        times.Sort();
        if (ranks.Rank == 0) Console.WriteLine(FormattableString.Invariant($"{what}: {times[repeats / 2]:0.#} µs, 90 % within {times[repeats * 9 / 10]:0.#} µs, {bytes / times[repeats / 2] / 1000:0.##} GB/s"));
    }
}
