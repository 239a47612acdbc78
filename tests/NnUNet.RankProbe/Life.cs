using System.Diagnostics;
using System.Runtime.InteropServices;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.RankProbe;

/// <summary>A rank without torch. Arguments: what to do (exit, kill, stop, end, wait, stubborn), and the rank that does it while the others wait.</summary>
internal static class Life
{
    public static int Run(string[] args)
    {
        RankEnvironment environment = RankEnvironment.Read();
        using LifeSigns? signs = LifeSigns.Begin(RankSettings.Read(), static () => Environment.Exit(9));
        bool isStubborn = args[0] == "stubborn";
        using ManualResetEvent stops = new(false);
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            if (!isStubborn) stops.Set();
        });
        Console.WriteLine($"rank {environment.Rank} of {environment.World}, local {environment.LocalRank}, has process {Environment.ProcessId}");
        if (args[0] == "end") return 0;

        if (environment.Rank == Values.Long(args[1]))
        {
            Thread.Sleep(300);
            switch (args[0])
            {
                case "exit":
                    return 3;
                case "kill":
                    Process.GetCurrentProcess().Kill();
                    break;
                case "stop":
                    Endings.Stop();
                    break;
            }
        }

        // The test's own limit is shorter than this one.
        if (!stops.WaitOne(TimeSpan.FromMinutes(2))) return 5;
        Console.WriteLine($"rank {environment.Rank} stops at a safe place");
        return 130;
    }
}
