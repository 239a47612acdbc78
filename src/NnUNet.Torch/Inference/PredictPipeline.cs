using System.Collections.Concurrent;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Preprocessing;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Torch.Inference;

/// <summary>Three stages side by side: read and preprocess, network, export and write.</summary>
/// <remarks>
/// In memory at most: one preprocessed image a preprocessing thread and one that waits, one image in the network, and the
/// probabilities of one an export thread.
/// </remarks>
internal sealed class PredictPipeline(
    ModelFolder model, string outputFolder, PredictRunOptions options, IProgress<PredictProgress>? progress, int total)
{
    private readonly ConcurrentBag<PredictFailure> _failures = [];
    private int _done;

    /// <summary>What is removed from each segmentation; null for nothing.</summary>
    public PostprocessingDecision? Postprocessing { get; init; }

    /// <summary>The cases that failed, in no particular order.</summary>
    public IEnumerable<PredictFailure> Failures => _failures;

    /// <summary>Notes a case that cannot be predicted.</summary>
    public void Fail(string caseId, PredictStage stage, string reason)
    {
        _failures.Add(new PredictFailure(caseId, stage, reason));
        progress?.Report(new PredictProgress(caseId, stage, 1, Interlocked.Increment(ref _done), total));
    }

    /// <summary>Predicts the cases.</summary>
    /// <returns>The folds that predicted; none where there was no case.</returns>
    /// <exception cref="DescribedException">The model cannot be loaded.</exception>
    public IReadOnlyList<string> Run(IReadOnlyList<InputCase> cases, CancellationToken cancel)
    {
        if (cases.Count == 0) return [];

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using BlockingCollection<Prepared> prepared = new(boundedCapacity: 1);
        using SemaphoreSlim exportSlots = new(options.ExportThreads);
        Task preparing = Prepare(cases, prepared, stop.Token);
        List<Task> exports = [];
        try
        {
            // The first case is preprocessed while torch and the weights load.
            using Segmenter segmenter = Segmenter.Load(model, options.Predict);
            foreach (Prepared one in prepared.GetConsumingEnumerable(stop.Token))
            {
                if (Predict(segmenter, one, stop.Token) is not { } probabilities) continue;
                exportSlots.Wait(stop.Token);
                exports.RemoveAll(static t => t.IsCompletedSuccessfully);
                exports.Add(Task.Run(
                    () =>
                    {
                        try
                        {
                            Export(one, probabilities, stop.Token);
                        }
                        finally
                        {
                            exportSlots.Release();
                        }
                    },
                    CancellationToken.None));
            }

            preparing.GetAwaiter().GetResult();
            foreach (Task export in exports) export.GetAwaiter().GetResult();
            return segmenter.Folds;
        }
        finally
        {
            // However this ends, no thread of it stays behind.
            stop.Cancel();
            WaitQuietly([preparing, .. exports]);
        }
    }

    private Task Prepare(IReadOnlyList<InputCase> cases, BlockingCollection<Prepared> prepared, CancellationToken cancel)
    {
        int next = -1;
        Task[] threads = [.. Enumerable.Range(0, Math.Min(options.PreprocessingThreads, cases.Count)).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (int i = Interlocked.Increment(ref next); i < cases.Count; i = Interlocked.Increment(ref next))
                {
                    InputCase one = cases[i];
                    Attempt(one.CaseId, PredictStage.Preprocessing, () =>
                    {
                        IReadOnlyList<Volume<float>> channels = CaseReader.ReadChannels([.. one.Channels]);
                        Volume<short>? previousStage = one.PreviousStage is { } file ? CaseReader.ReadPreviousStage(file, channels[0]) : null;
                        return new Prepared(one.CaseId, CasePreparation.Run(model, channels, previousStage, [.. one.Channels], cancel));
                    }, result => prepared.Add(result, cancel), cancel);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        return Task.WhenAll(threads).ContinueWith(
            all =>
            {
                prepared.CompleteAdding();
                all.GetAwaiter().GetResult();
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    private MultiChannelArray<float>? Predict(Segmenter segmenter, Prepared one, CancellationToken cancel)
    {
        MultiChannelArray<float>? probabilities = null;
        Attempt(
            one.CaseId,
            PredictStage.Network,
            () => segmenter.PredictPrepared(one.Case, progress is null ? null : new OfCase(this, one.CaseId), cancel),
            result => probabilities = result,
            cancel);
        return probabilities;
    }

    private void Export(Prepared one, MultiChannelArray<float> probabilities, CancellationToken cancel) => Attempt(
        one.CaseId,
        PredictStage.Export,
        () =>
        {
            CaseProperties properties = one.Case.Properties;
            ProbabilityMaps maps = ProbabilityMaps.From(probabilities);
            Volume<short> segmentation = SegmentationExporter.Export(maps, properties, model.Plan, cancel: cancel);
            Postprocessing?.Apply(segmentation);
            if (options.SaveProbabilities) ProbabilityFile.Write(PredictRun.ProbabilityPath(outputFolder, one.CaseId), maps, properties, model.Plan, cancel: cancel);
            ImageFile.WriteLabels(PredictRun.SegmentationPath(outputFolder, one.CaseId, options), segmentation);
            return true;
        },
        _ => progress?.Report(new PredictProgress(one.CaseId, PredictStage.Export, 1, Interlocked.Increment(ref _done), total)),
        cancel);

    /// <summary>Does one stage of one case; whatever goes wrong with it is noted and stops no other case.</summary>
    private void Attempt<T>(string caseId, PredictStage stage, Func<T> work, Action<T> then, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        T result;
        try
        {
            progress?.Report(new PredictProgress(caseId, stage, 0, Volatile.Read(ref _done), total));
            result = work();
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // a case's fault is reported at the end
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(caseId, stage, Reason(e));
            return;
        }

        then(result);
    }

    private static string Reason(Exception e) => e switch
    {
        DescribedException => e.Message,
        IOException or UnauthorizedAccessException => $"the disk does not do what it should: {e.Message}",
        OutOfMemoryException => "there is not enough memory for this case",
        _ => $"{e.GetType().Name}: {e.Message}",
    };

    private static void WaitQuietly(IEnumerable<Task> tasks)
    {
        try
        {
            Task.WaitAll([.. tasks], CancellationToken.None);
        }
        catch (AggregateException)
        {
            // The first failure is on its way to the caller already.
        }
    }

    /// <summary>A case that is ready for the network.</summary>
    private sealed record Prepared(string CaseId, PreprocessedCase Case);

    private sealed class OfCase(PredictPipeline pipeline, string caseId) : IProgress<TileProgress>
    {
        public void Report(TileProgress value) => pipeline.Report(caseId, (double)value.Done / value.Total);
    }

    private void Report(string caseId, double share) =>
        progress?.Report(new PredictProgress(caseId, PredictStage.Network, share, Volatile.Read(ref _done), total));
}
