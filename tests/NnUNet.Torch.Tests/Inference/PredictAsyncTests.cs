using System.Diagnostics;
using System.Diagnostics.Metrics;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Tests.Inference;

/// <remarks>Not leak-checked by thread: what is awaited goes on on another one.</remarks>
public sealed class PredictAsyncTests
{
    public PredictAsyncTests() => TorchRuntime.Initialize();

    [Fact]
    public async Task PredictAsync_GivesWhatPredictGives_ForManyAtATime()
    {
        // Given
        using SmallModel model = new();
        using Segmenter segmenter = Segmenter.Load(model.Folder, new PredictOptions { Mirror = false });
        Volume<float>[] images = [.. Enumerable.Range(0, 4).Select(static i => SmallModel.Image(10 + i, 12, 14, seed: i))];

        long tensors = segmenter.LiveTensors;

        // When
        SegmentationResult[] results = await Task.WhenAll(images.Select(i => segmenter.PredictAsync(i)));

        // Then
        Assert.Equal(images.Select(i => segmenter.Predict(i).Segmentation.Voxels), results.Select(static r => r.Segmentation.Voxels));
        Assert.Equal(tensors, segmenter.LiveTensors);
    }

    [Fact]
    public async Task PredictAsync_Files_WritesTheSegmentation()
    {
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        ImageFile.WriteVolume(folder["image.nii.gz"], SmallModel.Image());
        using Segmenter segmenter = Segmenter.Load(model.Folder, new PredictOptions { Mirror = false });

        await segmenter.PredictAsync([folder["image.nii.gz"]], folder["out.nii.gz"]);

        Assert.Equal(segmenter.Predict(SmallModel.Image()).Segmentation.Voxels, ImageFile.ReadLabels(folder["out.nii.gz"]).Voxels);
    }

    [Fact]
    public async Task PredictAsync_Cancelled_IsACancelledTask()
    {
        // Given
        using SmallModel model = new();
        using Segmenter segmenter = Segmenter.Load(model.Folder);
        using CancellationTokenSource source = new();
        Relay<TileProgress> stops = new(_ => source.Cancel());

        // When
        Task<SegmentationResult> within = segmenter.PredictAsync(SmallModel.Image(150, 150, 150), stops, source.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => within);
        Task<SegmentationResult> before = segmenter.PredictAsync(SmallModel.Image(), cancel: new CancellationToken(canceled: true));

        // Then
        Assert.True(within.IsCanceled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => before);
        Assert.NotNull(await segmenter.PredictAsync(SmallModel.Image()));
    }

    [Fact]
    public async Task PredictAsync_ImageThatDoesNotFit_IsAFaultOfTheTask()
    {
        using SmallModel model = new(channels: 2);
        using Segmenter segmenter = Segmenter.Load(model.Folder);

        Task<SegmentationResult> task = segmenter.PredictAsync(SmallModel.Image());

        await Assert.ThrowsAnyAsync<DescribedException>(() => task);
    }

    [Fact]
    public void Meter_CountsCasesTilesSecondsAndFailures()
    {
        // Given
        using SmallModel model = new();
        using Segmenter segmenter = Segmenter.Load(model.Folder, new PredictOptions { Mirror = false });
        Dictionary<string, double> sums = [];
        List<string> stages = [], activities = [];
        int thread = Environment.CurrentManagedThreadId;
        using MeterListener listener = new() { InstrumentPublished = static (instrument, l) => { if (instrument.Meter.Name == "NnUNet") l.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        using ActivityListener spans = new()
        {
            ShouldListenTo = static source => source.Name == "NnUNet",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Environment.CurrentManagedThreadId == thread) activities.Add($"{activity.OperationName} {activity.Status}");
            },
        };
        ActivitySource.AddActivityListener(spans);

        // When
        TileProgress last = default;
        segmenter.Predict(SmallModel.Image(), new Relay<TileProgress>(p => last = p));
        Assert.ThrowsAny<DescribedException>(() => segmenter.Predict([SmallModel.Image(), SmallModel.Image()]));

        // Then
        Assert.Equal((1, 1), (sums["nnunet.cases"], sums["nnunet.failures"]));
        Assert.True(sums["nnunet.tiles"] >= last.Total); // other tests may predict at the same time, on the network's thread
        Assert.True(sums["nnunet.case.duration"] > 0 && sums["nnunet.stage.duration"] > 0);
        Assert.Equal(["preprocessing", "network", "export"], stages[..3]);
        Assert.Equal(["nnunet.preprocessing Unset", "nnunet.network Unset", "nnunet.export Unset", "nnunet.case Unset"], activities[..4]);
        Assert.Equal("nnunet.case Error", activities[^1]);

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (Environment.CurrentManagedThreadId != thread && instrument.Name != "nnunet.tiles") return;
            lock (sums)
            {
                sums[instrument.Name] = sums.GetValueOrDefault(instrument.Name) + value;
                if (instrument.Name == "nnunet.stage.duration") stages.Add((string)tags[0].Value!);
            }
        }
    }
}
