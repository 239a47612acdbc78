using System.Runtime.InteropServices;
using NnUNet.Torch.Replicas.Nccl;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.RankProbe;

/// <summary>A starter of ranks. Arguments: which one (own, mpi, or the path of a program of MPI), the ranks, the command line of each.</summary>
internal static class Launch
{
    /// <summary>The exit code where there is no MPI.</summary>
    public const int NoMpi = 44;

    public static int Run(string[] args)
    {
        using CancellationTokenSource source = new();
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        RankLauncher launcher = new(new RankCommand(args[2], args[3..]), (int)Values.Long(args[1]), RankSettings.Read(), Console.WriteLine);
        return args[0] switch
        {
            "own" => launcher.Run(default(NcclId).ToString(), source.Token),
            "mpi" => launcher.RunByMpi(source.Token) ?? NoMpi,
            _ => launcher.RunBy(MpiProgram.Open(args[0])!, source.Token),
        };

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            source.Cancel();
        }
    }
}
