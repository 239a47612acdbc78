using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Export;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training.Logs;

namespace NnUNet.Torch.Training.Validation;

/// <summary>The validation cases of a fold predicted into a folder and scored there: what the final validation and those after epochs share.</summary>
internal sealed class ValidationPass
{
    private readonly TrainingSetup _setup;
    private readonly TrainingSettings _settings;
    private readonly ValidationOptions _options;
    private readonly SlidingWindowOptions _tiles;
    private readonly IReadOnlyList<ImageLocation> _references;

    /// <summary>Looks for the reference segmentations.</summary>
    /// <param name="setup">The training.</param>
    /// <param name="settings">What was decided for it.</param>
    /// <param name="options">Where to, and what is written.</param>
    /// <param name="device">The device that computes.</param>
    /// <param name="mirror">Whether the predictions of mirrored images are averaged.</param>
    /// <exception cref="DescribedException">A case has none.</exception>
    public ValidationPass(TrainingSetup setup, TrainingSettings settings, ValidationOptions options, TorchDevice device, bool mirror)
    {
        (_setup, _settings, _options) = (setup, settings, options);
        _references = ReferenceSegmentations.Of(setup.ReferencePath, setup.Fold.Val);
        _tiles = SlidingWindowOptions.Of(setup.Contract, new PredictOptions { Device = device, Mirror = mirror });
        Folder = Path.Combine(setup.FoldPath, options.FolderName);
    }

    /// <summary>The folder of predictions and scores.</summary>
    public string Folder { get; }

    /// <summary>Predicts the cases, scores them, and writes <c>summary.json</c>. Call it on the thread that calls torch.</summary>
    /// <param name="network">The network.</param>
    /// <param name="checkpoint">The stem of the checkpoint that has, or will have, its weights.</param>
    /// <param name="structures">What is scored.</param>
    /// <param name="nextStage">Takes the predictions for the cascade's second stage; null where none is to.</param>
    /// <param name="reporter">Hears of each case.</param>
    /// <param name="group">The processes that predict a share of the cases each (<see cref="Follow"/>).</param>
    /// <param name="cancel">Stops between two tiles; a file is there whole or not at all.</param>
    /// <exception cref="DescribedException">A case cannot be predicted or scored.</exception>
    public SegmentationSummary Run(
        SegmentationNetwork network,
        string checkpoint,
        IReadOnlyList<EvaluationLabel> structures,
        NextStageWriter? nextStage,
        TrainingReporter reporter,
        ReplicaGroup group,
        CancellationToken cancel)
    {
        ValueArray<string> cases = _setup.Fold.Val;
        ResultFolder results = Results();
        SegmentationPair[] pairs = [.. cases.Zip(_references, (c, reference) => new SegmentationPair(results.PathOf(c), reference.Path))];
        ProductJson.Write(Path.Combine(Folder, ValidationArguments.FileName), Arguments(checkpoint));
        Prediction(network, results, nextStage, reporter, group).Run(cases, cancel);

        EvaluationOptions evaluation = new() { Name = $"{_settings.Trainer} val tiled True", Task = _settings.Task };
        SegmentationSummary summary = FolderEvaluator.Evaluate(pairs, structures, evaluation, new Relay<EvaluationProgress>(p => reporter.ValidationStep("scoring", p.Done, p.Total)), cancel);
        summary.Write(Path.Combine(Folder, SegmentationSummary.FileName));
        return summary;
    }

    /// <summary>Predicts a share of the cases for the leading process, which scores them. Call it on the thread that calls torch.</summary>
    /// <param name="network">The network, the same as there.</param>
    /// <param name="nextStage">Takes the predictions for the cascade's second stage; null where none is to.</param>
    /// <param name="group">The processes.</param>
    /// <param name="cancel">Stops between two tiles.</param>
    public void Follow(SegmentationNetwork network, NextStageWriter? nextStage, ReplicaGroup group, CancellationToken cancel)
    {
        string[] waiting = group.Broadcast("").Split('\n', StringSplitOptions.RemoveEmptyEntries); // the leading process has opened the folder then
        Prediction(network, Results(), nextStage, reporter: null, group).Follow(waiting, cancel);
    }

    private ResultFolder Results() => ResultFolder.Open(Folder, _setup.Fold.Val, asked: null, DatasetDescription.FileEndingIn(_setup.PreprocessedPath), _references[0].Ending);

    private ValidationPrediction Prediction(SegmentationNetwork network, ResultFolder results, NextStageWriter? nextStage, TrainingReporter? reporter, ReplicaGroup group) =>
        new(_setup, new SlidingWindow(network, _tiles), _tiles.Device, new ValidationResults(_setup, _tiles, results, _options), _options, nextStage, reporter, group);

    private ValidationArguments Arguments(string checkpoint) => new()
    {
        MirrorAxes = _tiles.MirrorAxes,
        TileStep = _tiles.Step,
        Gaussian = _tiles.Gaussian,
        SaveProbabilities = _options.SaveProbabilities,
        Overwrite = _options.Overwrite,
        FolderName = _options.FolderName,
        Export = ExportOptions.From(_setup.Contract),
        Postprocess = _options.Postprocess,
        Checkpoint = checkpoint,
    };
}
