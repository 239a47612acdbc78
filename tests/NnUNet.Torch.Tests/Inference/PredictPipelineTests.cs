using System.Diagnostics;
using NnUNet.Core.Cropping;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Torch.Inference;

namespace NnUNet.Torch.Tests.Inference;

public sealed class PredictPipelineTests
{
    private static readonly Extent OneVoxel = new(1, 1, 1);

    [Fact]
    public void ACaseThatIsPrepared_HasDoneItsShareBeforeTheNetworkBegins()
    {
        // Given a second case that is read when the first one is finished, so that all stages are measured
        using ManualResetEventSlim finished = new();
        List<PredictProgress> heard = [];
        Relay<PredictProgress> progress = new(p =>
        {
            heard.Add(p);
            if (p is { CaseId: "a", Stage: PredictStage.Export, Share: 1 }) finished.Set();
        });

        // When
        new PredictPipeline(new PipelineOptions(new PredictOptions()), progress, 2).Run(
            [new Case("a", static _ => TakeTime()), new Case("b", cancel => AfterTheFirst(finished, cancel))], static () => new Network(), CancellationToken.None);

        // Then
        PredictProgress first = Assert.Single(heard, static p => p is { CaseId: "a", Stage: PredictStage.Export, Share: 1 });
        PredictProgress prepared = Assert.Single(heard, static p => p is { CaseId: "b", Stage: PredictStage.Preprocessing, Share: 1 });
        PredictProgress network = heard.First(static p => p is { CaseId: "b", Stage: PredictStage.Network });
        Assert.Equal(0.5, first.RunShare);
        Assert.InRange(prepared.RunShare, double.BitIncrement(first.RunShare), double.BitDecrement(1));
        Assert.Equal(prepared.RunShare, network.RunShare);
    }

    private static void AfterTheFirst(ManualResetEventSlim finished, CancellationToken cancel)
    {
        Assert.True(finished.Wait(TimeSpan.FromMinutes(2), cancel), "the first case does not end");
        TakeTime();
    }

    /// <summary>So that the clock has something to measure.</summary>
    private static void TakeTime()
    {
        long begin = Stopwatch.GetTimestamp();
        SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(begin) > TimeSpan.Zero);
    }

    private sealed class Case(string id, Action<CancellationToken> read) : PipelineCase
    {
        public override string CaseId => id;

        public override string Where => id;

        public override CaseMemory Expect() => new(1, 1, 1, null);

        public override PreprocessedCase Prepare(CancellationToken cancel)
        {
            read(cancel);
            return new PreprocessedCase(new MultiChannelArray<float>(1, OneVoxel), null, new CaseProperties
            {
                OriginalSizeOfRawData = [1, 1, 1],
                OriginalSpacing = [1, 1, 1],
                ItkOrigin = [0, 0, 0],
                ItkSpacing = [1, 1, 1],
                ItkDirection = [1, 0, 0, 0, 1, 0, 0, 0, 1],
                CropBbox = [[0, 1], [0, 1], [0, 1]],
                SizeAfterCropping = [1, 1, 1],
            });
        }

        public override void Finish(CasePrediction prediction, CaseProperties properties, IProgress<double>? progress, CancellationToken cancel) => TakeTime();
    }

    private sealed class Network : ICasePredictor
    {
        public CasePrediction Predict(PreprocessedCase prepared, OutputPlace place, IProgress<TileProgress>? progress, CancellationToken cancel)
        {
            TakeTime();
            return new CasePrediction(new MultiChannelArray<float>(2, OneVoxel));
        }

        public void Dispose()
        {
            // There is nothing to free.
        }
    }
}
