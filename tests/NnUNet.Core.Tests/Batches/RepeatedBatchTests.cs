using NnUNet.Core.Batches;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Batches;

public sealed class RepeatedBatchTests
{
    private static readonly Extent Patch = new(4, 6, 8);

    [Fact]
    public void TheBatch_IsMadeOnceAndHandedOutInOrder()
    {
        // Given the schedule of two epochs, from the second training batch on
        using RepeatedBatch batches = Make(seed: 1);

        // When all are taken
        List<(TrainingBatch Batch, BatchKey Key)> taken = [];
        for (int i = 0; i < 5; i++)
        {
            using TrainingBatch batch = batches.Take();
            taken.Add((batch, batch.Key));
        }

        // Then they are one and the same, under their numbers, and there are no more
        Assert.Single(taken.Select(static t => t.Batch).Distinct());
        Assert.Equal([new(0, false, 1), new(0, true, 0), new(1, false, 0), new(1, false, 1), new(1, true, 0)], taken.Select(static t => t.Key));
        Assert.Throws<InvalidOperationException>(() => batches.Take());
    }

    [Fact]
    public void TheNumbers_AreUniform_AndTheirSeedsOwn()
    {
        using RepeatedBatch one = Make(seed: 1), same = Make(seed: 1), other = Make(seed: 2);
        TrainingBatch batch = one.Take();

        Assert.All(batch.Images, static v => Assert.InRange(v, 0, 1));
        Assert.InRange(batch.Images.Average(), 0.45, 0.55);
        Assert.Equal(new short[] { 0, 1, 2 }, batch.Targets[0].Distinct().Order());
        Assert.InRange(batch.Targets[0].Count(static label => label == 1) / (double)batch.Targets[0].Length, 0.4, 0.6); // rounding gives half to the middle one
        Assert.Equal(batch.Images, same.Take().Images);
        Assert.Equal(batch.Targets[1], same.Take().Targets[1]);
        Assert.NotEqual(batch.Images, other.Take().Images);
    }

    [Fact]
    public void Taking_StopsWhenCancelled()
    {
        using RepeatedBatch batches = Make(seed: 1);

        Assert.Throws<OperationCanceledException>(() => batches.Take(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void TheSharesOfReplicas_AreTogetherTheWholeBatch()
    {
        using RepeatedBatch whole = Make(seed: 1), first = Make(seed: 1, SampleShare.Of(0, 2, 2)), second = Make(seed: 1, SampleShare.Of(1, 2, 2));
        (TrainingBatch all, TrainingBatch one, TrainingBatch other) = (whole.Take(), first.Take(), second.Take());

        Assert.Equal(all.Images, one.Images.Concat(other.Images));
        Assert.Equal(all.Targets[1], one.Targets[1].Concat(other.Targets[1]));
    }

    private static RepeatedBatch Make(long seed, SampleShare? share = null) =>
        new(seed, share ?? SampleShare.Whole(2), 1, Patch, DeepSupervisionTargets.ForOutputs(Patch, [[1, 1, 1], [2, 2, 2]]), 2, new BatchSchedule(2, 2, 1), new BatchKey(0, false, 1));
}
