using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

public sealed class DoctorTests
{
    [Fact]
    public void Doctor_ShowsVersionsDevicesMemoryAndFolders()
    {
        using TemporaryFolder folder = new();

        ProgramRun run = ProgramRun.Of("doctor", "--workspace", folder["w"], "--raw", folder["r"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.All(
            (string[])["nnU-Net for .NET", ".NET", "libtorch", "devices", "cpu", "torch threads", "instructions", "bfloat16", "precision on cpu", "of the machine", "free"],
            word => Assert.Contains(word, run.Output, StringComparison.Ordinal));
        Assert.Matches(@"raw +\S*r\s+option --raw; not there yet; [\d.]+ [KMGT]?B free", run.Output);
        Assert.Matches(@"results +\S*results\s+option --workspace; not there yet", run.Output);
    }
}
