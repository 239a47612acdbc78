using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Results;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training.Logs;

namespace NnUNet.Torch.Training.Validation;

/// <summary>Predicts validation cases and writes their segmentations, what the cascade's second stage sees of them, and, if asked, their probabilities.</summary>
/// <remarks>
/// By the pipeline of all predictions, with its rule for memory; the network is the trained one, on the thread that trained it. Processes that
/// have trained together have the same network, and each predicts a share of the cases.
/// </remarks>
internal sealed class ValidationPrediction(
    TrainingSetup setup, SlidingWindow window, TorchDevice device, ValidationResults results, ValidationOptions options, NextStageWriter? nextStage, TrainingReporter? reporter, ReplicaGroup group)
{
    private readonly PredictOptions _predict = new() { Device = device };

    /// <summary>Predicts those of the cases that are missing, with the others' help. Call it on the thread that calls torch.</summary>
    /// <param name="cases">The cases' names.</param>
    /// <param name="cancel">Stops between two tiles; a file is there whole or not at all.</param>
    /// <exception cref="OperationCanceledException">It was cancelled, here or in another process.</exception>
    public void Run(IReadOnlyList<string> cases, CancellationToken cancel)
    {
        List<string> waiting = [], kept = [];
        int unknown = 0;
        foreach (string caseId in cases)
        {
            Standing standing = options.Overwrite ? Standing.Missing : results.Look(caseId);
            if (standing == Standing.Unknown) unknown++;
            if (standing is Standing.Fits or Standing.Unknown) kept.Add(caseId);
            else waiting.Add(caseId);
        }

        if (unknown > 0) reporter?.Notice($"{unknown} segmentations in {options.FolderName} are kept of which nothing says how they were made");
        group.Broadcast(string.Join('\n', waiting));
        int others = waiting.Count - ShareOf(waiting).Count();
        if (others > 0) reporter?.Notice($"{group.World} processes share {waiting.Count} validation cases; {others} are predicted by others");
        Finished finished = new(cases.Count - others, reporter);
        foreach (string caseId in kept) finished.Add(caseId);
        Predict(waiting, finished, cancel);
    }

    /// <summary>Predicts this process's share of the cases that the leading one has found missing.</summary>
    /// <param name="waiting">All of those.</param>
    /// <param name="cancel">Stops between two tiles.</param>
    /// <exception cref="OperationCanceledException">It was cancelled, here or in another process.</exception>
    public void Follow(IReadOnlyList<string> waiting, CancellationToken cancel) => Predict(waiting, new Finished(waiting.Count, null), cancel);

    private IEnumerable<string> ShareOf(IReadOnlyList<string> waiting) => waiting.Where((_, i) => i % group.World == group.Rank);

    private void Predict(IReadOnlyList<string> waiting, Finished finished, CancellationToken cancel)
    {
        PipelineCase[] mine = [.. ShareOf(waiting).Select(caseId => new ValidationCase(setup, caseId, results, nextStage, _predict, options.SaveProbabilities))];
        bool cancelled = false;
        try
        {
            new PredictPipeline(new PipelineOptions(_predict) { StopsAtFault = true }, finished, mine.Length).Run(mine, () => new TrainedNetwork(window, results.Folder), cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            cancelled = true;
        }

        if (group.Any(cancelled)) throw new OperationCanceledException("the validation was stopped, here or in another process", cancel);
    }

    /// <summary>The network that was trained; it stays the training's.</summary>
    private sealed class TrainedNetwork(SlidingWindow window, string folder) : ICasePredictor
    {
        public CasePrediction Predict(PreprocessedCase prepared, OutputPlace place, IProgress<TileProgress>? progress, CancellationToken cancel) =>
            window.Predict(prepared, place == OutputPlace.File ? folder : null, labels: null, progress, cancel);

        public void Dispose()
        {
            // The training frees its network itself.
        }
    }

    /// <summary>Reports the cases to the training's reporter, one report at a time, as they come.</summary>
    private sealed class Finished(int total, TrainingReporter? reporter) : IProgress<PredictProgress>
    {
        private int _done;

        public void Add(string caseId, PredictProgress? prediction = null) => reporter?.ValidationCase(caseId, ++_done, total, prediction);

        public void Report(PredictProgress value)
        {
            if (value.Stage == PredictStage.Export && value.Share >= 1) Add(value.CaseId, value);
            else reporter?.ValidationPredicts(_done, total, value);
        }
    }
}
