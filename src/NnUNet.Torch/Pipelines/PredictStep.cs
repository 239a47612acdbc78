using NnUNet.Core.Ensembling;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Postprocessing;
using NnUNet.Imaging.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Training;

namespace NnUNet.Torch.Pipelines;

/// <summary>Segments new images with the models that were chosen, as the commands of the choice do.</summary>
internal sealed class PredictStep(WholeRunOptions options, ChooseStep chosen) : RunStep
{
    /// <summary>Ends the names of the folders in the output folder that get the predictions of each model of a pair.</summary>
    public const string PartEnding = "_predictions";

    private readonly string _input = Path.GetFullPath(options.Input!);
    private readonly string _output = Path.GetFullPath(options.Output!);
    private readonly List<PredictFailure> _failures = [];

    public override WholeRunStep Kind => WholeRunStep.Predict;

    /// <summary>Images that could not be segmented.</summary>
    public IReadOnlyList<PredictFailure> Failures => _failures;

    private ValueArray<string> Configurations => chosen.Choice!.Configurations;

    public override StepOutlook Look()
    {
        PredictionRecord now = Now(), before = PredictionRecord.Read(_output);
        RefuseOthers(now.Cases.Keys, before);
        int missing = now.Cases.Keys.Count(c => !IsDone(c)), outdated = before.Outdated(now).Count(IsDone);
        string all = $"{now.Cases.Count} images of {_input}";
        return missing + outdated == 0
            ? Outlook(true, $"all {all} are segmented")
            : Outlook(false, $"{missing + outdated} of {all}{(outdated > 0 ? $", {outdated} of them again since the models, the options or the images have changed" : "")}");
    }

    public override string LookAhead()
    {
        // Names alone are looked at: how many channels there must be, the model says.
        string[] cases = [.. InputFolder.Find(_input, channels: 1).Cases.Select(static c => c.CaseId)];
        RefuseOthers(cases, PredictionRecord.Read(_output));
        return $"{cases.Length} images of {_input}";
    }

    public override void Run(StepOutlook outlook, IProgress<WholeRunProgress>? progress, CancellationToken cancel)
    {
        RemoveOutdated(Now());
        foreach (string configuration in Configurations) Predict(configuration, outlook, progress, cancel);
        if (Configurations.Count == 1) return;

        EnsembleOptions merging = new() { PostprocessingFile = chosen.PostprocessingFile };
        FolderEnsemble.Merge(
            [.. Configurations.Select(FolderOf)], _output, merging, Forward<PostprocessingProgress>(progress, p => new WholeRunProgress(outlook) { Merging = p }), cancel);
    }

    private void Predict(string configuration, StepOutlook outlook, IProgress<WholeRunProgress>? progress, CancellationToken cancel)
    {
        PredictRunOptions run = new()
        {
            Predict = options.Prediction with { Folds = chosen.Choice!.Folds },
            SaveProbabilities = Configurations.Count > 1,
        };
        string model = chosen.ModelFolder(configuration);
        progress?.Report(new WholeRunProgress(outlook) { Model = model });
        IProgress<PredictProgress>? forward = Forward<PredictProgress>(progress, p => new WholeRunProgress(outlook) { Prediction = p });
        PredictReport report = configuration == Configuration.Cascade.Name
            ? CascadePredictRun.Run(LowResolutionModel(), model, _input, FolderOf(configuration), run, forward, cancel)
            : PredictRun.Run(model, _input, FolderOf(configuration), run, forward, cancel);
        _failures.AddRange(report.Failures);
        progress?.Report(new WholeRunProgress(outlook) { Predicted = report });
    }

    /// <summary>Removes the segmentations that this command made in another way or of other images, and notes how they are made now.</summary>
    private void RemoveOutdated(PredictionRecord now)
    {
        PredictionRecord before = PredictionRecord.Read(_output);
        string[] parts = [.. Configuration.Names.Select(c => Path.Combine(_output, c + PartEnding))];
        string[] folders = [_output, Path.Combine(_output, FolderEnsemble.RawFolderName), .. parts, .. parts.Select(static p => Path.Combine(p, CascadePredictRun.LowResolutionFolder))];
        foreach (string caseId in before.Outdated(now))
        {
            foreach (string folder in folders.Where(Directory.Exists))
            {
                foreach (string ending in (string[])[".nii.gz", ".npz", ".json", ".pkl"]) File.Delete(Path.Combine(folder, caseId + ending));
            }
        }

        now.Write(_output, before);
    }

    /// <summary>Segmentations that this command did not make are neither taken for its own nor overwritten.</summary>
    private void RefuseOthers(IEnumerable<string> cases, PredictionRecord before)
    {
        string[] foreign = [.. cases.Where(c => !before.Cases.ContainsKey(c) && IsDone(c))];
        if (foreign.Length == 0) return;

        throw new DescribedException(
            _output,
            $"segmentations of {foreign.Length} of these images are there already that this command did not make, the first is {foreign[0]}",
            "give another output folder, or move them away");
    }

    /// <summary>What the images and everything that decides about their segmentations are now.</summary>
    private PredictionRecord Now()
    {
        string[] models = [.. Configurations.Select(chosen.ModelFolder), .. Configurations.Contains(Configuration.Cascade.Name) ? [LowResolutionModel()] : Array.Empty<string>()];
        (IReadOnlyList<InputCase> cases, _) = InputFolder.Find(_input, ModelFolder.Open(models[0], options.Prediction.Network).Plan.NumModalities);
        string how = FileStamps.Hash(
            [
                FormattableString.Invariant($"{options.Prediction.Mirror} {options.Prediction.TileStep} {options.Prediction.Precision} {options.Prediction.Checkpoint}"),
                .. models.Select(m => FileStamps.Of(Path.Combine(m, PostprocessingDecision.FileName))),
                .. models.SelectMany(m => chosen.Choice!.Folds.Select(f => FileStamps.Of(ModelFolder.Open(m, options.Prediction.Network).CheckpointPath(f, options.Prediction.Checkpoint)))),
                .. chosen.PostprocessingFile is { } file ? [FileStamps.Of(file)] : Array.Empty<string>(),
            ]);
        return new PredictionRecord { Cases = cases.ToDictionary(static c => c.CaseId, c => FileStamps.Hash(c.Channels.Select(FileStamps.Of).Prepend(how))) };
    }

    // The cascade was trained on what this trainer's low resolution predicts, whatever -tr says.
    private string LowResolutionModel() => options.Workspace.ModelFolder(
        Configuration.LowResolution.Name, options.Training.Each.Task, Catalog<TrainerRecipe>.Create(options.Training.CascadeTrainer).PreviousTrainer, options.Training.Each.Plans);

    private string FolderOf(string configuration) => Configurations.Count == 1 ? _output : Path.Combine(_output, configuration + PartEnding);

    private bool IsDone(string caseId) => File.Exists(Path.Combine(_output, caseId + ".nii.gz"));
}
