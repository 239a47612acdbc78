using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Tests.Replicas.Ranks;

public sealed class RankSettingsTests
{
    [Fact]
    public void Read_OfNothing_HasTheDefaults()
    {
        RankSettings settings = RankSettings.Read(static _ => null);

        Assert.Equal(new RankSettings { Timeout = TimeSpan.FromSeconds(60), MpiLibrary = null, NcclLibrary = null }, settings);
    }

    [Fact]
    public void Read_TakesEachVariable()
    {
        Dictionary<string, string> variables = new() { ["NNUNET_RANK_TIMEOUT"] = "2.5", ["NNUNET_MPI_LIBRARY"] = "/opt/libmpi.so", ["NNUNET_NCCL_LIBRARY"] = " libnccl.so.2 " };

        RankSettings settings = RankSettings.Read(variables.GetValueOrDefault);

        Assert.Equal(new RankSettings { Timeout = TimeSpan.FromSeconds(2.5), MpiLibrary = "/opt/libmpi.so", NcclLibrary = "libnccl.so.2" }, settings);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("NaN")]
    [InlineData("1e9")]
    public void Read_OfNoLimit_SaysSo(string value)
    {
        ReplicaException error = Assert.Throws<ReplicaException>(() => RankSettings.Read(name => name == RankSettings.TimeoutVariable ? value : null));

        Assert.Equal($"variable NNUNET_RANK_TIMEOUT: \"{value}\" is not a number of seconds; set it to a number from 1 to 1000000, or unset it.", error.Message);
    }
}
