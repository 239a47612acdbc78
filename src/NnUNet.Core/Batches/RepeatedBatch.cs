using System.Diagnostics;
using NnUNet.Core.Augmentation;
using NnUNet.Imaging;

namespace NnUNet.Core.Batches;

/// <summary>One batch of random numbers, made once and handed out again and again: what is left of a training's time is the network's.</summary>
/// <remarks>
/// Images are uniform between 0 and 1, labels are rounded uniform numbers, at each resolution others.
/// Source: nnUNet_variants/profiling/nnUNetTrainerV2_dummyLoad.py, initialize.
/// </remarks>
internal sealed class RepeatedBatch : IBatchSource
{
    /// <summary>What stands in the place of the cases' names.</summary>
    public const string CaseName = "random numbers";

    private readonly BatchSchedule _schedule;
    private readonly TrainingBatch _batch;
    private readonly Stopwatch _sinceLook = Stopwatch.StartNew();
    private long _next;

    /// <summary>Makes the batch.</summary>
    /// <param name="seed">What the numbers are drawn by.</param>
    /// <param name="share">The samples of the batch that are kept here.</param>
    /// <param name="channels">Channels of an image.</param>
    /// <param name="patch">Voxel counts (z, y, x) of an image.</param>
    /// <param name="targets">The segmentations of each sample.</param>
    /// <param name="largestLabel">The largest label.</param>
    /// <param name="schedule">The order of batches.</param>
    /// <param name="first">The batch to begin with.</param>
    public RepeatedBatch(long seed, SampleShare share, int channels, Extent patch, DeepSupervisionTargets targets, int largestLabel, BatchSchedule schedule, BatchKey first)
    {
        _schedule = schedule;
        _next = schedule.PlaceOf(first);
        _batch = new TrainingBatch(share.Count, channels, patch, targets.Extents);
        RandomStream random = new(seed, 0, 0, 0);
        Fill<float>(_batch.Images, share, ref random, static (ref random) => (float)random.NextDouble());
        foreach (short[] target in _batch.Targets) Fill<short>(target, share, ref random, (ref random) => (short)Math.Round(random.NextDouble() * largestLabel));
        for (int sample = 0; sample < share.Count; sample++) _batch.SetCase(sample, CaseName);
    }

    private delegate T Draw<out T>(ref RandomStream random);

    /// <inheritdoc/>
    public BatchWait Wait => new(TimeSpan.Zero, _sinceLook.Elapsed);

    /// <inheritdoc/>
    public TrainingBatch Take(CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        if (_next >= _schedule.Count) throw new InvalidOperationException("all batches have been taken");

        _batch.Key = _schedule.KeyAt(_next++);
        return _batch;
    }

    /// <inheritdoc/>
    public BatchWait TakeWait()
    {
        BatchWait wait = Wait;
        _sinceLook.Restart();
        return wait;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The batch is managed memory alone.
    }

    /// <summary>Draws the values of the whole batch and keeps those of the share, so that all replicas together have the whole.</summary>
    private static void Fill<T>(Span<T> values, SampleShare share, ref RandomStream random, Draw<T> draw)
    {
        int each = values.Length / share.Count;
        for (int i = 0; i < each * share.Batch; i++)
        {
            T value = draw(ref random);
            int at = i - (share.First * each);
            if ((uint)at < (uint)values.Length) values[at] = value;
        }
    }
}
