using System.Globalization;

namespace NnUNet.Torch.Training.Logs;

/// <summary>What can be done where the network waits for batches; reported once, and again when it becomes much worse.</summary>
/// <param name="loaders">Threads that make batches.</param>
/// <param name="fitting">As many as fit on the machine beside torch's.</param>
/// <param name="torchThreads">Torch's threads.</param>
internal sealed class WaitHint(int loaders, int fitting, int torchThreads)
{
    /// <summary>Share of waiting above which something should be done.</summary>
    private const double LargeWait = 0.1;

    private double _told;

    /// <summary>The hint after an epoch; null where there is nothing (new) to say.</summary>
    /// <param name="share">Share of the epoch that the network waited, 0 to 1.</param>
    public string? After(double share)
    {
        if (share <= LargeWait || share < 2 * _told) return null;

        _told = share;
        string made = loaders == 1 ? "1 thread makes batches" : $"{loaders} threads make batches";
        string remedy = loaders < fitting
            ? $"set nnUNet_n_proc_DA to {fitting}, which this machine has room for"
            : $"no more fit beside torch's {torchThreads} on this machine: if the disk is slow, move nnUNet_preprocessed to a faster one; else a machine with more cores helps";
        return string.Create(CultureInfo.InvariantCulture, $"the network waited {share:0%} of the epoch for batches; {made}: {remedy}");
    }
}
