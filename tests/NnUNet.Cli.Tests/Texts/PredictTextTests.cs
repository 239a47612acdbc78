using NnUNet.Cli.Texts;
using NnUNet.Torch.Inference;

namespace NnUNet.Cli.Tests.Texts;

public sealed class PredictTextTests
{
    [Fact]
    public void Times_AreTold_ShortOnesWithTwoDigits()
    {
        PredictTimes times = new(TimeSpan.FromSeconds(0.306), TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(83), TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(0.01), 0.98);

        Assert.Equal(
            "Time: 0.31 s until the network was loaded; a case took 1.50 s to prepare, 1:23 min in the network, 12.0 s to export; the network waited 0.01 s in all",
            PredictText.Of(times));
    }
}
