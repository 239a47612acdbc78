using System.Globalization;
using NnUNet.Core;

namespace NnUNet.Torch.Replicas.Ranks;

/// <summary>What started a process of a training.</summary>
internal enum RankStart
{
    /// <summary>Nothing that starts several.</summary>
    None,

    /// <summary><see cref="RankLauncher"/>, without MPI.</summary>
    Own,

    /// <summary>mpirun or mpiexec of Open MPI.</summary>
    OpenMpi,

    /// <summary>mpiexec of MPICH or its kin (hydra), or <c>srun --mpi=pmi2</c>.</summary>
    Hydra,

    /// <summary><c>srun --mpi=pmix</c>, or another launcher that speaks PMIx.</summary>
    Pmix,

    /// <summary>srun, without a way for MPI to find the others.</summary>
    Slurm,
}

/// <summary>What the launcher of this process says by environment variables.</summary>
/// <param name="Start">The launcher.</param>
/// <param name="Rank">The number of this process, where the launcher says it.</param>
/// <param name="World">The number of all processes, where the launcher says it.</param>
/// <param name="LocalRank">The number of this process on its host, where the launcher says it.</param>
internal sealed record RankEnvironment(RankStart Start, int? Rank, int? World, int? LocalRank)
{
    /// <summary>The variable that <see cref="RankLauncher"/> sets to <see cref="Rank"/>.</summary>
    public const string RankVariable = "NNUNET_RANK";

    /// <summary>The variable that <see cref="RankLauncher"/> sets to <see cref="World"/>.</summary>
    public const string WorldVariable = "NNUNET_WORLD_SIZE";

    /// <summary>The variable that <see cref="RankLauncher"/> sets to <see cref="LocalRank"/>.</summary>
    public const string LocalRankVariable = "NNUNET_LOCAL_RANK";

    /// <summary>The variable that <see cref="RankLauncher"/> sets to NCCL's identity as text.</summary>
    public const string NcclIdVariable = "NNUNET_NCCL_ID";

    /// <summary>The variable that <see cref="RankLauncher"/> sets for all: its ranks are bound to no cores and share those of the starter.</summary>
    public const string SharedCoresVariable = "NNUNET_RANKS_SHARE_CORES";

    /// <summary>Whether the ranks of this host share the cores that each of them sees, instead of having been bound to cores of their own.</summary>
    /// <param name="ranksHere">The ranks of this host.</param>
    public static bool SharesCores(int ranksHere) => SharesCores(ranksHere, Environment.ProcessorCount, OnlineProcessors(), EnvironmentSettings.Variable);

    internal static bool SharesCores(int ranksHere, int seen, int? online, Func<string, string?> variable) =>
        variable(SharedCoresVariable) is { Length: > 0 } || variable(RankVariable) is { Length: > 0 }
        || (variable("DOTNET_PROCESSOR_COUNT") is null && !((long)seen * ranksHere <= online));

    /// <summary>What the environment says now.</summary>
    public static RankEnvironment Read() => Read(EnvironmentSettings.Variable);

    internal static RankEnvironment Read(Func<string, string?> variable)
    {
        // An interactive shell of Slurm is a step of one task, in which the program may start ranks itself.
        RankEnvironment read = Named(variable);
        return read is { World: 1, Start: RankStart.Slurm or RankStart.Pmix or RankStart.Hydra } ? new(RankStart.None, null, null, null) : read;
    }

    private static RankEnvironment Named(Func<string, string?> variable)
    {
        int? Number(string name) => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
        RankEnvironment Of(RankStart start, int? rank, int? world, int? localRank) => new(start, rank, world, localRank);

        // From the innermost launcher outwards: mpirun within a job of Slurm starts its daemons by srun, and the ranks inherit what that set.
        if (Number(RankVariable) is { } own) return Of(RankStart.Own, own, Number(WorldVariable), Number(LocalRankVariable));
        if (Number("OMPI_COMM_WORLD_RANK") is { } open) return Of(RankStart.OpenMpi, open, Number("OMPI_COMM_WORLD_SIZE"), Number("OMPI_COMM_WORLD_LOCAL_RANK"));
        if (Number("PMI_RANK") is { } pmi) return Of(RankStart.Hydra, pmi, Number("PMI_SIZE"), Number("MPI_LOCALRANKID") ?? Number("SLURM_LOCALID"));

        // A batch script itself has SLURM_PROCID and SLURM_NTASKS too, though it is one process; only srun says how many a step has.
        int? tasks = Number("SLURM_STEP_NUM_TASKS");
        if (Number("PMIX_RANK") is { } pmix) return Of(RankStart.Pmix, pmix, tasks ?? Number("SLURM_NTASKS"), Number("SLURM_LOCALID"));
        return tasks is { } && Number("SLURM_PROCID") is { } slurm ? Of(RankStart.Slurm, slurm, tasks, Number("SLURM_LOCALID")) : Of(RankStart.None, null, null, null);
    }

    /// <summary>Refuses a world that is not the launcher's: several worlds of one process would each write the same folder.</summary>
    /// <param name="world">The number of processes that MPI sees.</param>
    /// <param name="engine">The MPI library, for people.</param>
    /// <exception cref="ReplicaException">The launcher has started another number of processes.</exception>
    public void CheckWorld(int world, string engine)
    {
        if (World is not { } started || started == world) return;

        throw new ReplicaException(
            engine,
            $"{Launcher} has started {started} processes, but this one sees a world of {world}",
            Start is RankStart.Slurm or RankStart.Pmix
                ? "start them with srun --mpi=pmix (srun --mpi=list tells what there is), or with mpirun"
                : $"use the mpirun of this MPI library, or set {RankSettings.MpiVariable} to the library of that launcher");
    }

    /// <summary>The processors of the machine, also those that this process may not use; null where the system does not say.</summary>
    private static int? OnlineProcessors()
    {
        try
        {
            return File.ReadAllText("/sys/devices/system/cpu/online").Trim().Split(',').Select(static range => range.Split('-')).Sum(static ends => int.Parse(ends[^1], CultureInfo.InvariantCulture) - int.Parse(ends[0], CultureInfo.InvariantCulture) + 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    private string Launcher => Start switch
    {
        RankStart.OpenMpi => "mpirun of Open MPI",
        RankStart.Hydra => "mpiexec (hydra)",
        RankStart.Pmix or RankStart.Slurm => "srun",
        _ => "the launcher",
    };
}
