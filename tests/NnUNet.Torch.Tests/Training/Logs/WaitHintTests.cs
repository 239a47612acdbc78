using NnUNet.Torch.Training.Logs;

namespace NnUNet.Torch.Tests.Training.Logs;

public sealed class WaitHintTests
{
    [Fact]
    public void ASmallWait_IsNotSpokenOf() => Assert.Null(new WaitHint(1, 4, 4).After(0.1));

    [Fact]
    public void WhereMoreThreadsFit_TheyAreAdvised() => Assert.Equal(
        "the network waited 34% of the epoch for batches; 1 thread makes batches: set nnUNet_n_proc_DA to 4, which this machine has room for",
        new WaitHint(1, 4, 4).After(0.34));

    [Fact]
    public void WhereNoMoreFit_TheDiskIsNamed() => Assert.Equal(
        "the network waited 34% of the epoch for batches; 3 threads make batches: no more fit beside torch's 6 on this machine: if the disk is slow, move nnUNet_preprocessed to a faster one; else a machine with more cores helps",
        new WaitHint(3, 3, 6).After(0.34));

    [Fact]
    public void TheHint_IsRepeatedOnlyWhereItBecomesTwiceAsBad()
    {
        WaitHint hint = new(1, 4, 4);

        string?[] told = [hint.After(0.3), hint.After(0.5), hint.After(0.65), hint.After(0.7)];

        Assert.Equal([true, false, true, false], told.Select(static t => t is not null));
    }
}
