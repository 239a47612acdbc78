using NnUNet.Core.Cases;
using NnUNet.Core.Export;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training.Logs;

namespace NnUNet.Torch.Training.Validation;

/// <summary>Predicts validation cases and writes their segmentations, what the cascade's second stage sees of them, and, if asked, their probabilities.</summary>
/// <remarks>By the pipeline of all predictions, with its rule for memory; the network is the trained one, on the thread that trained it.</remarks>
internal sealed class ValidationPrediction(TrainingSetup setup, SlidingWindow window, TorchDevice device, ValidationOptions options, TrainingReporter reporter)
{
    /// <summary>Predicts the cases. Call it on the thread that calls torch.</summary>
    /// <param name="cases">The cases' names.</param>
    /// <param name="paths">The segmentation of each.</param>
    /// <param name="cancel">Stops between two tiles; a file is there whole or not at all.</param>
    public void Run(IReadOnlyList<string> cases, IReadOnlyList<string> paths, CancellationToken cancel)
    {
        PredictOptions predict = new() { Device = device };
        Finished finished = new(cases.Count, reporter);
        List<PipelineCase> waiting = [];
        foreach ((string caseId, string path) in cases.Zip(paths))
        {
            if (options.Overwrite || !(IsThere(path, options) && setup.NextStage?.Contains(caseId) != false)) waiting.Add(new ValidationCase(setup, caseId, path, predict, options.SaveProbabilities));
            else finished.Add(caseId);
        }

        PredictPipeline pipeline = new(new PipelineOptions(predict) { StopsAtFault = true }, finished, waiting.Count);
        pipeline.Run(waiting, () => new TrainedNetwork(window, Path.GetDirectoryName(paths[0])!), cancel);
    }

    /// <summary>The probabilities' file of a segmentation.</summary>
    public static string ProbabilitiesOf(string path) => path[..^CaseName.Ending(path).Length] + ProbabilityFile.Ending;

    /// <summary>Whether all that is asked for of a case is there.</summary>
    /// <param name="path">Its segmentation.</param>
    /// <param name="options">What is asked for.</param>
    public static bool IsThere(string path, ValidationOptions options) => ImageLocation.Of(path)?.Exists == true && (!options.SaveProbabilities || File.Exists(ProbabilitiesOf(path)));

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

    /// <summary>Reports each finished case to the training's reporter.</summary>
    private sealed class Finished(int total, TrainingReporter reporter) : IProgress<PredictProgress>
    {
        private int _done;

        public void Add(string caseId) => reporter.ValidationCase(caseId, Interlocked.Increment(ref _done), total);

        public void Report(PredictProgress value)
        {
            if (value.Stage == PredictStage.Export && value.Share >= 1) Add(value.CaseId);
        }
    }
}
