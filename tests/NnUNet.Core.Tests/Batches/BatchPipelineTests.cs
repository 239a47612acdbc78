using NnUNet.Core.Augmentation;
using NnUNet.Core.Batches;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Batches;

public sealed class BatchPipelineTests
{
    private static readonly BatchSchedule Schedule = new(2, 3, 2);
    private static readonly Extent Patch = new(8, 8, 8);

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 2)]
    [InlineData(5, 1)]
    public void Batches_DoNotDependOnTheNumberOfThreads(int threads, int prefetch)
    {
        List<(BatchKey Key, float[] Images, short[] Target, string Cases)> one = Run(threads: 1, prefetch: 2);
        List<(BatchKey Key, float[] Images, short[] Target, string Cases)> several = Run(threads, prefetch);

        Assert.Equal(one.Select(static b => b.Key), several.Select(static b => b.Key));
        Assert.Equal(one.SelectMany(static b => b.Images), several.SelectMany(static b => b.Images));
        Assert.Equal(one.SelectMany(static b => b.Target), several.SelectMany(static b => b.Target));
        Assert.Equal(one.Select(static b => b.Cases), several.Select(static b => b.Cases));
    }

    [Fact]
    public void TheSharesOfReplicas_AreTogetherTheBatches_SampleBySample()
    {
        // Given batches of 2, and replicas that make a sample each
        List<(BatchKey Key, float[] Images, short[] Target, string Cases)> whole = Run(threads: 1, prefetch: 2);
        List<(BatchKey Key, float[] Images, short[] Target, string Cases)>[] shares = [.. Enumerable.Range(0, 2).Select(rank => Run(threads: 2, prefetch: 1, share: SampleShare.Of(rank, 2, 2)))];

        // Then
        for (int i = 0; i < whole.Count; i++)
        {
            Assert.Equal(whole[i].Images, shares.SelectMany(s => s[i].Images));
            Assert.Equal(whole[i].Target, shares.SelectMany(s => s[i].Target));
            Assert.Equal(whole[i].Cases, string.Join(' ', shares.Select(s => s[i].Cases)));
        }
    }

    [Fact]
    public void Batches_ComeInTheOrderOfTheSchedule()
    {
        List<(BatchKey Key, float[] Images, short[] Target, string Cases)> batches = Run(threads: 2, prefetch: 2);

        Assert.Equal(Enumerable.Range(0, 10).Select(static i => Schedule.KeyAt(i)), batches.Select(static b => b.Key));
        Assert.Equal(10, batches.Select(static b => string.Join(',', b.Images.Take(40))).Distinct().Count());
    }

    [Fact]
    public void BeginningInTheMiddle_GivesTheSameBatchesFromThere()
    {
        List<(BatchKey Key, float[] Images, short[] Target, string Cases)> all = Run(threads: 1, prefetch: 2);
        List<(BatchKey Key, float[] Images, short[] Target, string Cases)> rest = Run(threads: 2, prefetch: 2, first: 6);

        Assert.Equal(all.Skip(6).SelectMany(static b => b.Images), rest.SelectMany(static b => b.Images));
    }

    [Fact]
    public void ForcedEntries_HoldForeground()
    {
        List<(BatchKey Key, float[] Images, short[] Target, string Cases)> batches = Run(threads: 1, prefetch: 1);

        // The second of two samples is forced; mirrored and turned it still shows the voxel in its middle.
        Assert.All(batches, static b => Assert.Contains(b.Target.Skip(512), static l => l > 0));
    }

    [Fact]
    public void ABrokenCase_StopsThePipelineAndIsNamed()
    {
        using BatchPipeline pipeline = new(Recipe(1, [new BrokenCase()]), Recipe(2, [new BrokenCase()]), Targets(), Schedule, default, threads: 2);

        DescribedException error = Assert.Throws<DescribedException>(() => pipeline.Take());

        Assert.StartsWith("case_broken: no patch could be made of it (the file is cut off; sample 0 of training batch", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACaseWithOtherChannels_IsNamed()
    {
        MemoryCase two = new("case_two", new Extent(8, 8, 8), [new float[512], new float[512], new float[512]], []);
        using TrainingBatch one = new(2, 1, Patch, Targets().Extents);

        DescribedException error = Assert.Throws<DescribedException>(() =>
            new BatchMaker(Recipe(1, [two]), Recipe(2), Targets()).Make(default, one, CancellationToken.None));

        Assert.StartsWith("case_two: no patch could be made of it (it has 2 channels, others have 1;", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_StopsTheWait()
    {
        using BatchPipeline pipeline = new(Recipe(1), Recipe(2), Targets(), Schedule, default, threads: 1);
        using CancellationTokenSource cancel = new();
        cancel.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
        {
            // All batches that fit are lent at once and none is given back, so the pipeline must wait in the end.
            for (int i = 0; i < 10; i++) pipeline.Take(cancel.Token);
        });
    }

    [Fact]
    public void MoreBatchesThanPlanned_AreRefused()
    {
        using BatchPipeline pipeline = new(Recipe(1), Recipe(2), Targets(), new BatchSchedule(1, 1, 0), default, threads: 1);
        pipeline.Take().Dispose();

        Assert.Throws<InvalidOperationException>(() => pipeline.Take());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Waiting_IsMeasuredAsAShareOfTheTaker_HoweverManyThreadsMakeBatches(int threads)
    {
        using BatchPipeline pipeline = new(Recipe(1), Recipe(2), Targets(), Schedule, default, threads);
        pipeline.Take().Dispose();

        BatchWait wait = pipeline.TakeWait();

        Assert.InRange(wait.Share, 0.000001, 1);
        Assert.Equal(TimeSpan.Zero, pipeline.TakeWait().Waited);
    }

    private static List<(BatchKey Key, float[] Images, short[] Target, string Cases)> Run(int threads, int prefetch, int first = 0, SampleShare share = default)
    {
        using BatchPipeline pipeline = new(Recipe(1) with { Share = share }, Recipe(2) with { Share = share }, Targets(), Schedule, Schedule.KeyAt(first), threads, prefetch);
        List<(BatchKey, float[], short[], string)> batches = [];
        for (long i = first; i < Schedule.Count; i++)
        {
            using TrainingBatch batch = pipeline.Take();
            batches.Add((batch.Key, [.. batch.Images], [.. batch.Targets[0]], string.Join(' ', batch.Cases)));
        }

        return batches;
    }

    private static DeepSupervisionTargets Targets() => new(Patch, [new AxisScales(1, 1, 1), new AxisScales(0.5, 0.5, 0.5)]);

    private static BatchRecipe Recipe(long seed, TrainingCase[]? cases = null)
    {
        AugmentationSettings settings = new()
        {
            Patch = Patch,
            InitialPatch = new Extent(12, 12, 12),
            SliceWise = false,
            Spatial = new SpatialRanges { RotationProbability = 0.5, ScaleProbability = 0.5, ScaleHigh = 1.1 },
            MirrorAxes = [0, 1, 2],
        };
        return new BatchRecipe
        {
            Seed = seed,
            BatchSize = 2,
            Cases = cases ?? [.. Enumerable.Range(1, 4).Select(static i => MemoryCase.Numbered(i, new Extent(10 + i, 14, 16 - i)))],
            Settings = settings,
            Slices = false,
            Augmentation = new AugmentationPipeline(new SpatialAugmentation(Patch, settings.Spatial, false), [new MirrorAugmentation([0, 1, 2])]),
        };
    }
}
