using NnUNet.Testing;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Tests.Replicas.Ranks;

public sealed class RankCommandTests
{
    [SkippableFact]
    public void ForSession_KeepsTheCommandLine()
    {
        string? session = ProgramPath.Find("setsid");
        Skip.If(session is null, "setsid (util-linux) is not installed");

        ProcessResult result = Run(new RankCommand("echo", ["a b", "c"]));

        Assert.Equal(new ProcessResult(session, 0, "a b c\n"), result);
    }

    [Fact]
    public void Find_OfNoProgram_IsNull()
    {
        using TemporaryFolder folder = new();

        Assert.Null(ProgramPath.Find("mpirun", folder.Root));
        Assert.Null(ProgramPath.Find("mpirun", null));
    }

    [Fact]
    public void Find_TakesTheFirstFolder()
    {
        using TemporaryFolder folder = new();
        string name = OperatingSystem.IsWindows() ? "mpirun.exe" : "mpirun";
        foreach (string part in (string[])["b", "c"])
        {
            Directory.CreateDirectory(folder[part]);
            File.WriteAllText(Path.Combine(folder[part], name), "");
        }

        Assert.Equal(Path.Combine(folder["b"], name), ProgramPath.Find("mpirun", string.Join(Path.PathSeparator, folder["a"], folder["b"], folder["c"])));
    }

    private static ProcessResult Run(RankCommand command)
    {
        System.Diagnostics.ProcessStartInfo start = command.ForSession();
        string file = start.FileName;
        ProgramResult result = ChildProgram.Run(start);
        return new ProcessResult(file, result.ExitCode, result.Output);
    }

    private sealed record ProcessResult(string File, int ExitCode, string Output);
}
