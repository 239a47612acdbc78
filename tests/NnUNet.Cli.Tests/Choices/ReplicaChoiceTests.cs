using NnUNet.Cli.Choices;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;

namespace NnUNet.Cli.Tests.Choices;

public sealed class ReplicaChoiceTests
{
    [Theory]
    [InlineData("cuda", 0, 4, "cuda:0")]
    [InlineData("cuda", 3, 4, "cuda:3")]
    [InlineData("cuda:2", 1, 4, "cuda:3")]
    [InlineData("cuda", 3, 1, "cuda:0")] // Slurm shows each process its own device only
    public void OfRank_IsTheDeviceOfItsNumber_FromTheFirstOneOn(string first, int localRank, int gpus, string expected) =>
        Assert.Equal(expected, ReplicaChoice.OfRank(TorchDevice.Parse(first), localRank, gpus).ToString());

    [Fact]
    public void OfRank_OfTheProcessor_IsTheProcessor() => Assert.Equal(TorchDevice.Cpu, ReplicaChoice.OfRank(TorchDevice.Cpu, 3));

    [Fact]
    public void OfRank_MoreProcessesThanDevices_AreRefused()
    {
        DescribedException error = Assert.Throws<DescribedException>(static () => ReplicaChoice.OfRank(TorchDevice.Parse("cuda:1"), 1, 2));

        Assert.Contains("process 2 of this host needs a device of its own, but 2 CUDA devices are seen", error.What, StringComparison.Ordinal);
    }
}
