using System.Diagnostics;
using System.Runtime.InteropServices;
using NnUNet.Torch.Replicas;
using static TorchSharp.torch;

namespace NnUNet.RankProbe;

/// <summary>What happens to all ranks when one of them ends, or is silent.</summary>
internal static class Endings
{
    private const int Steps = 3000;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>Sums again and again; one rank ends in some way at the tenth sum.</summary>
    public static void Run(ICommunicator ranks, string how, int who)
    {
        // As a training: the first SIGTERM is a wish to stop, which all ranks must see in the same step.
        bool stops = false;
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => (context.Cancel, stops) = (true, true));
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => (context.Cancel, stops) = (true, true));
        Console.WriteLine($"rank {ranks.Rank} has process {Environment.ProcessId}");
        using Tensor values = zeros(1000, dtype: ScalarType.Int64);
        for (int step = 0; step < Steps; step++)
        {
            values.fill_(stops ? 1 : 0);
            ranks.Sum(values);
            if (values[0].item<long>() != 0)
            {
                Console.WriteLine($"rank {ranks.Rank} stops at a safe place");
                return;
            }

            Thread.Sleep(Step);
            if (ranks.Rank != who || step != 10) continue;
            switch (how)
            {
                case "throw": throw new InvalidOperationException("it has had enough");
                case "exit": Environment.Exit(3); break;
                case "vanish": Environment.Exit(0); break;
                case "kill": Process.GetCurrentProcess().Kill(); break;
                case "abort": ranks.Abort("it was told to", 7); break;
                case "stop": Stop(); break;
                case "leave": return;
                case "diverge": ranks.Barrier(); break;
                case "go": break;
                default: throw new ArgumentException($"no ending is called {how}");
            }
        }
    }

    /// <summary>Rank 0 works for long while the others wait for it in a barrier.</summary>
    public static void WorkAlone(ICommunicator ranks, TimeSpan time)
    {
        if (ranks.Rank == 0)
        {
            using Tensor work = rand(300, 300);
            for (long begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < time;) work.matmul(work).Dispose();
        }

        ranks.Barrier();
        Console.WriteLine($"rank {ranks.Rank}: together again");
    }

    /// <summary>.NET's own use of signals once MPI is loaded: null references, divisions by zero, child processes.</summary>
    public static void Signals(ICommunicator ranks)
    {
        string? nothing = ranks.World > 1000 ? "" : null;
        int zero = ranks.World > 1000 ? 1 : 0;
        int caught = 0;
        try
        {
            caught += nothing!.Length;
        }
        catch (NullReferenceException)
        {
            caught++;
        }

        try
        {
            caught += 1 / zero;
        }
        catch (DivideByZeroException)
        {
            caught++;
        }

        using Process child = Process.Start("true");
        child.WaitForExit();
        GC.Collect();
        ranks.Barrier();
        Console.WriteLine($"rank {ranks.Rank}: {caught} faults were caught, a child ended with {child.ExitCode}");
    }

    public static void Stop()
    {
        using Process kill = Process.Start("kill", ["-STOP", $"{Environment.ProcessId}"]);
        kill.WaitForExit();
        Thread.Sleep(100);
    }
}
