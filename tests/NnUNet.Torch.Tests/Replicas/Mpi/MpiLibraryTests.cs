using NnUNet.Torch.Replicas.Mpi;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Tests.Replicas.Mpi;

public sealed class MpiLibraryTests
{
    [SkippableTheory]
    [InlineData("OpenMpi", "libmpi.so.40")]
    [InlineData("Pmix", "libmpi.so.40")]
    [InlineData("Hydra", "libmpich.so.12")]
    public void Names_BeginWithThatOfTheLauncher(string start, string expected)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the names are those of Linux");

        Assert.Equal(expected, MpiLibrary.Names(Enum.Parse<RankStart>(start))[0]);
    }

    [Fact]
    public void Load_OfNoLibrary_NamesTheVariable()
    {
        ReplicaException error = Assert.Throws<ReplicaException>(static () => MpiLibrary.Load("/nowhere/libmpi.so", RankStart.None));

        Assert.Equal(
            "variable NNUNET_MPI_LIBRARY: no MPI library loads here by the name /nowhere/libmpi.so; install Open MPI or MPICH (Debian: openmpi-bin), or set NNUNET_MPI_LIBRARY to the file.",
            error.Message);
    }

    [SkippableFact]
    public void Load_OfAnotherLibrary_NamesWhatItLacks()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the name of the C library is that of Linux");

        ReplicaException error = Assert.Throws<ReplicaException>(static () => MpiLibrary.Load("libc.so.6", RankStart.None));

        Assert.Equal("MPI library libc.so.6", error.Where);
        Assert.Contains("MPI_Init_thread", error.What, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("OpenMpi", "MPI: Open MPI v")]
    [InlineData("Hydra", "MPI: MPICH ")]
    public void TheEngine_IsThatOfTheLauncher(string kind, string engine)
    {
        string output = ProbedRanks.Run(kind, 2, "about").MustSucceed().Output;

        Assert.Equal(2, output.Split('\n').Count(line => line.StartsWith(engine, StringComparison.Ordinal) && line.Contains($"hosts {Environment.MachineName} {Environment.MachineName}", StringComparison.Ordinal)));
        Assert.Contains("rank 1 of 2, local 1", output, StringComparison.Ordinal);
    }
}
