using System.Diagnostics;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Tests.Replicas.Ranks;

public sealed class MpiProgramTests
{
    [Theory]
    [InlineData("mpirun (Open MPI) 4.1.4\n\nReport bugs to http://www.open-mpi.org/community/help/", "OpenMpi")]
    [InlineData("HYDRA build details:\n    Version:                                 4.0.2", "Hydra")]
    [InlineData("Intel(R) MPI Library for Linux* OS, Version 2021.10", "Hydra")]
    [InlineData("mpiexec 1.0 of somebody", null)]
    public void KindOf_TellsThemApart(string version, string? kind) => Assert.Equal(kind, MpiProgram.KindOf(version)?.ToString());

    [Fact]
    public void Start_ByOpenMpi_BindsNothingAndAllowsMoreRanksThanCores()
    {
        ProcessStartInfo start = new MpiProgram("/usr/bin/mpirun", RankStart.OpenMpi).Start(new RankCommand("program", ["a", "b c"]), 3);

        Assert.EndsWith("--bind-to none --map-by :OVERSUBSCRIBE -x TERM=dumb -n 3 program a b c", string.Join(' ', start.ArgumentList), StringComparison.Ordinal);
        Assert.Equal("dumb", start.Environment["TERM"]);
        Assert.True(!Environment.IsPrivilegedProcess || start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] == "1", "root is not allowed to run it");
    }

    [Fact]
    public void Start_ByHydra_HasNoOptionsOfOpenMpi()
    {
        ProcessStartInfo start = new MpiProgram("/usr/bin/mpiexec", RankStart.Hydra).Start(new RankCommand("program", ["a"]), 2);

        Assert.EndsWith("-n 2 program a", string.Join(' ', start.ArgumentList), StringComparison.Ordinal);
        Assert.DoesNotContain("--bind-to", start.ArgumentList);
    }

    [Fact]
    public void Open_OfNoProgram_IsNull() => Assert.Null(MpiProgram.Open("/nowhere/mpirun"));
}
