using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Tests.Replicas.Ranks;

public sealed class RankEnvironmentTests
{
    [Theory]
    [InlineData("", "None", null, null, null)]
    [InlineData("NNUNET_RANK=1 NNUNET_WORLD_SIZE=2 NNUNET_LOCAL_RANK=1 OMPI_COMM_WORLD_RANK=0", "Own", 1, 2, 1)]
    [InlineData("OMPI_COMM_WORLD_RANK=3 OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_LOCAL_RANK=1 PMIX_RANK=3", "OpenMpi", 3, 4, 1)]
    [InlineData("PMI_RANK=0 PMI_SIZE=2 MPI_LOCALRANKID=0", "Hydra", 0, 2, 0)]
    [InlineData("PMIX_RANK=1 SLURM_PROCID=1 SLURM_NTASKS=2 SLURM_STEP_NUM_TASKS=2 SLURM_LOCALID=0", "Pmix", 1, 2, 0)]
    [InlineData("PMIX_RANK=1 SLURM_NTASKS=2 SLURM_LOCALID=1", "Pmix", 1, 2, 1)]
    [InlineData("SLURM_PROCID=1 SLURM_NTASKS=2 SLURM_STEP_NUM_TASKS=2 SLURM_LOCALID=1", "Slurm", 1, 2, 1)]
    // mpirun of two ranks within a job of one host, whose daemon srun has started
    [InlineData("OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_LOCAL_RANK=1 SLURM_PROCID=0 SLURM_NTASKS=1 SLURM_STEP_NUM_TASKS=1", "OpenMpi", 1, 2, 1)]
    // a batch script itself
    [InlineData("SLURM_PROCID=0 SLURM_NTASKS=4 SLURM_LOCALID=0", "None", null, null, null)]
    public void Read_KnowsTheLauncher(string variables, string start, int? rank, int? world, int? localRank) =>
        Assert.Equal(new RankEnvironment(Enum.Parse<RankStart>(start), rank, world, localRank), Of(variables));

    [Fact]
    public void CheckWorld_OfSeveralWorldsOfOne_TellsHowToStart()
    {
        RankEnvironment environment = Of("SLURM_PROCID=1 SLURM_NTASKS=2 SLURM_STEP_NUM_TASKS=2 SLURM_LOCALID=1");

        ReplicaException error = Assert.Throws<ReplicaException>(() => environment.CheckWorld(1, "MPI: Open MPI v4.1.4"));

        Assert.Equal(
            "MPI: Open MPI v4.1.4: srun has started 2 processes, but this one sees a world of 1; start them with srun --mpi=pmix (srun --mpi=list tells what there is), or with mpirun.",
            error.Message);
    }

    [Theory]
    [InlineData("OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=2", "mpirun of Open MPI has started 2 processes, but this one sees a world of 1")]
    [InlineData("PMI_RANK=0 PMI_SIZE=3", "mpiexec (hydra) has started 3 processes, but this one sees a world of 1")]
    public void CheckWorld_OfTheWrongLibrary_NamesTheVariable(string variables, string what)
    {
        ReplicaException error = Assert.Throws<ReplicaException>(() => Of(variables).CheckWorld(1, "MPI"));

        Assert.Equal(what, error.What);
        Assert.Contains(RankSettings.MpiVariable, error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("PMI_RANK=0 PMI_SIZE=3", 3)]
    [InlineData("PMIX_RANK=0", 5)]
    public void CheckWorld_ThatFitsOrIsUnknown_IsRight(string variables, int world) => Assert.Null(Record.Exception(() => Of(variables).CheckWorld(world, "MPI")));

    private static RankEnvironment Of(string variables)
    {
        Dictionary<string, string> values = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static v => v.Split('=')).ToDictionary(static v => v[0], static v => v[1]);
        return RankEnvironment.Read(values.GetValueOrDefault);
    }

    [Theory]
    [InlineData(2, 4, 8, false)] // bound: two ranks with four of eight cores each
    [InlineData(2, 8, 8, true)]
    [InlineData(1, 8, 8, false)]
    public void SharesCores_WhereTheRanksSeeMoreThanThereAre(int ranks, int seen, int online, bool shares) => Assert.Equal(shares, RankEnvironment.SharesCores(ranks, seen, online, static _ => null));

    [Fact]
    public void SharesCores_OfOurOwnStart_AndNotWhereTheirNumberIsSet()
    {
        Assert.True(RankEnvironment.SharesCores(2, 1, 8, static name => name == RankEnvironment.SharedCoresVariable ? "1" : null));
        Assert.False(RankEnvironment.SharesCores(2, 8, 8, static name => name == "DOTNET_PROCESSOR_COUNT" ? "4" : null));
        Assert.True(RankEnvironment.SharesCores(2, 8, null, static _ => null));
    }

    [Fact]
    public void AStepOfOneTask_IsNoRank()
    {
        Dictionary<string, string> shell = new() { ["SLURM_STEP_NUM_TASKS"] = "1", ["SLURM_PROCID"] = "0", ["PMIX_RANK"] = "0" };

        Assert.Equal(RankStart.None, RankEnvironment.Read(shell.GetValueOrDefault).Start);
    }
}
