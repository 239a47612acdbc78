using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Results;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training.Logs;

namespace NnUNet.Torch.Training.Validation;

/// <summary>Predicts validation cases and writes their segmentations, what the cascade's second stage sees of them, and, if asked, their probabilities.</summary>
/// <remarks>By the pipeline of all predictions, with its rule for memory; the network is the trained one, on the thread that trained it.</remarks>
internal sealed class ValidationPrediction(
    TrainingSetup setup, SlidingWindow window, TorchDevice device, ValidationResults results, ValidationOptions options, NextStageWriter? nextStage, TrainingReporter reporter)
{
    /// <summary>Predicts the cases. Call it on the thread that calls torch.</summary>
    /// <param name="cases">The cases' names.</param>
    /// <param name="cancel">Stops between two tiles; a file is there whole or not at all.</param>
    public void Run(IReadOnlyList<string> cases, CancellationToken cancel)
    {
        PredictOptions predict = new() { Device = device };
        Finished finished = new(cases.Count, reporter);
        List<PipelineCase> waiting = [];
        int unknown = 0;
        foreach (string caseId in cases)
        {
            Standing standing = options.Overwrite ? Standing.Missing : results.Look(caseId);
            if (standing == Standing.Unknown) unknown++;
            if (standing is Standing.Fits or Standing.Unknown) finished.Add(caseId);
            else waiting.Add(new ValidationCase(setup, caseId, results, nextStage, predict, options.SaveProbabilities));
        }

        if (unknown > 0) reporter.Notice($"{unknown} segmentations in {options.FolderName} are kept of which nothing says how they were made");
        PredictPipeline pipeline = new(new PipelineOptions(predict) { StopsAtFault = true }, finished, waiting.Count);
        pipeline.Run(waiting, () => new TrainedNetwork(window, results.Folder), cancel);
    }

    /// <summary>The network that was trained; it stays the training's.</summary>
    private sealed class TrainedNetwork(SlidingWindow window, string folder) : ICasePredictor
    {
        public CasePrediction Predict(PreprocessedCase prepared, bool inFile, IProgress<TileProgress>? progress, CancellationToken cancel) =>
            window.Predict(prepared, inFile ? folder : null, progress, cancel);

        public void Dispose()
        {
            // The training frees its network itself.
        }
    }

    /// <summary>Reports the cases to the training's reporter, one report at a time, as they come.</summary>
    private sealed class Finished(int total, TrainingReporter reporter) : IProgress<PredictProgress>
    {
        private int _done;

        public void Add(string caseId, PredictProgress? prediction = null) => reporter.ValidationCase(caseId, ++_done, total, prediction);

        public void Report(PredictProgress value)
        {
            if (value.Stage == PredictStage.Export && value.Share >= 1) Add(value.CaseId, value);
            else reporter.ValidationPredicts(_done, total, value);
        }
    }
}
