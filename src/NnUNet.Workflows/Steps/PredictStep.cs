using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;
using NnUNet.Core.Ensembling;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Training;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Workflows.Steps;

/// <summary>Segments new images with the models that were chosen, as the commands of the choice do.</summary>
internal sealed class PredictStep(WholeRunOptions options, ChooseStep chosen) : RunStep
{
    /// <summary>Ends the names of the folders in the output folder that get the predictions of each model of a pair.</summary>
    public const string PartEnding = "_predictions";

    private readonly ImagesToSegment _images = new(options);
    private readonly string _output = Path.GetFullPath(options.Output!);
    private readonly List<PredictFailure> _failures = [];

    public override WholeRunStep Kind => WholeRunStep.Predict;

    /// <summary>Images that could not be segmented.</summary>
    public IReadOnlyList<PredictFailure> Failures => _failures;

    private ValueArray<string> Configurations => chosen.Choice!.Configurations;

    public override StepOutlook Look()
    {
        PredictionRecord now = Now(), before = PredictionRecord.Read(_output);
        Results results = new(_output, options.Recheck);
        RefuseOthers(now.Cases.Keys, before, results);
        int missing = now.Cases.Keys.Count(c => !results.AreThere(c)), outdated = Outdated(now, before, results).Count(results.AreThere);
        string all = $"{now.Cases.Count} images of {_images.Folder}";
        return missing + outdated == 0
            ? Outlook(true, $"all {all} are segmented")
            : Outlook(false, $"{missing + outdated} of {all}{(outdated > 0 ? $", {outdated} of them again since the models, the options or the images have changed" : "")}");
    }

    public override string LookAhead()
    {
        IReadOnlyList<string> cases = _images.Names();
        RefuseOthers(cases, PredictionRecord.Read(_output), new Results(_output, options.Recheck));
        return $"{cases.Count} images of {_images.Folder}";
    }

    /// <summary>Images that will not be segmented, as far as the data set tells how many channels there must be.</summary>
    public IEnumerable<string> Warnings()
    {
        if (Channels() is not { } channels) yield break;

        InputCase[] faults = [.. _images.Cases(channels).Where(static c => c.Fault is not null)];
        if (faults.Length > 0) yield return $"{faults.Length} of the images of {_images.Folder} cannot be segmented as they are, the first is {faults[0].CaseId}: {faults[0].Fault}";
    }

    private int? Channels()
    {
        string task = options.Training.Each.Task;
        string[] folders = [.. options.DecathlonFolder is { } decathlon ? [decathlon] : Array.Empty<string>(), options.Workspace.RawTask(task), options.Workspace.PreprocessedTask(task)];
        string? found = folders.Select(static f => Path.Combine(f, DatasetDescription.FileName)).FirstOrDefault(File.Exists);
        try
        {
            return found is null ? null : DatasetDescription.Read(found).Modality.Count;
        }
        catch (DescribedException)
        {
            return null; // the steps before tell what is wrong with this file
        }
    }

    public override void Run(StepOutlook outlook, IProgress<WholeRunProgress>? progress, CancellationToken cancel)
    {
        RemoveOutdated(Now());
        foreach (string configuration in Configurations) Predict(configuration, outlook, progress, cancel);
        if (Configurations.Count == 1) return;

        EnsembleOptions merging = new() { PostprocessingFile = chosen.PostprocessingFile, Ending = options.Ending, Recheck = options.Recheck };
        FolderEnsemble.Merge(
            [.. Configurations.Select(FolderOf)], _output, merging, Forward<PostprocessingProgress>(progress, p => new WholeRunProgress(outlook) { Merging = p }), cancel);
    }

    private void Predict(string configuration, StepOutlook outlook, IProgress<WholeRunProgress>? progress, CancellationToken cancel)
    {
        PredictRunOptions run = new()
        {
            Predict = options.Prediction with { Folds = chosen.Choice!.Folds },
            SaveProbabilities = Configurations.Count > 1,
            Ending = options.Ending,
            Recheck = options.Recheck,
            Devices = options.PredictionDevices,
        };
        string model = chosen.ModelFolder(configuration);
        progress?.Report(new WholeRunProgress(outlook) { Model = model });
        IProgress<PredictProgress>? forward = Forward<PredictProgress>(progress, p => new WholeRunProgress(outlook) { Prediction = p });
        PredictReport report = configuration == Configuration.Cascade.Name
            ? CascadePredictRun.Run(LowResolutionModel(), model, _images.Folder, FolderOf(configuration), run, forward, cancel)
            : PredictRun.Run(model, _images.Folder, FolderOf(configuration), run, forward, cancel);
        _failures.AddRange(report.Failures);
        progress?.Report(new WholeRunProgress(outlook) { Predicted = report });
    }

    /// <summary>Removes the segmentations that this command made in another way or of other images, and notes how they are made now.</summary>
    private void RemoveOutdated(PredictionRecord now)
    {
        PredictionRecord before = PredictionRecord.Read(_output);
        string[] parts = [.. Configuration.Names.Select(c => Path.Combine(_output, c + PartEnding))];
        string[] folders = [_output, Path.Combine(_output, FolderEnsemble.RawFolderName), .. parts, .. parts.Select(static p => Path.Combine(p, CascadePredictRun.LowResolutionFolder))];
        string[] outdated = [.. Outdated(now, before, new Results(_output, options.Recheck))];
        foreach (string folder in folders)
        {
            ImageFolder images = ImageFolder.Of(folder);
            ResultRecords records = new(folder);
            foreach (ImageLocation image in outdated.SelectMany(images.All)) image.Delete();
            foreach (string one in outdated) records.Remove(one);
            foreach (string one in outdated) ProbabilityFile.Delete(PredictRun.ProbabilityPath(folder, one));
        }

        now.Write(_output, before);
    }

    /// <summary>Segmentations that this command did not make, or that were changed since, are neither taken for its own nor overwritten.</summary>
    private void RefuseOthers(IEnumerable<string> cases, PredictionRecord before, Results results)
    {
        string[] foreign = [.. cases.Where(c => results.Look(c) is { } found && ((found == Standing.Unknown && results.HaveRecord(c)) || !before.Cases.ContainsKey(c)))];
        if (foreign.Length == 0) return;

        throw new DescribedException(
            _output,
            $"segmentations of {foreign.Length} of these images are there already that this command did not make, or that were changed since, the first is {foreign[0]}",
            "give another output folder, or move them away");
    }

    /// <summary>Cases whose segmentations were made in another way or of other images than now.</summary>
    private static IEnumerable<string> Outdated(PredictionRecord now, PredictionRecord before, Results results) =>
        before.Outdated(now).Concat(now.Cases.Keys.Where(results.HaveOtherSources)).Distinct(StringComparer.Ordinal);

    /// <summary>What the images and everything that decides about their segmentations are now.</summary>
    private PredictionRecord Now()
    {
        string[] models = [.. Configurations.Select(chosen.ModelFolder), .. Configurations.Contains(Configuration.Cascade.Name) ? [LowResolutionModel()] : Array.Empty<string>()];
        ModelFolder[] opened = [.. models.Select(m => ModelFolder.Open(m, options.Prediction.Network))];
        IReadOnlyList<InputCase> cases = _images.Cases(opened[0].Contract.Preprocessing.Channels.Count);
        string how = Stamp.Hash(
            [
                FormattableString.Invariant($"{options.Prediction.Mirror} {options.Prediction.TileStep} {options.Prediction.Precision} {options.Prediction.Checkpoint}"),
                .. models.Select(static m => Stamp.OfFile(Path.Combine(m, PostprocessingDecision.FileName))),
                .. opened.SelectMany(m => chosen.Choice!.Folds.Select(f => Stamp.OfFile(m.CheckpointPath(f, options.Prediction.Checkpoint)))),
                .. options.Ending is { } ending ? [ending] : Array.Empty<string>(),
                .. chosen.PostprocessingFile is { } file ? [Stamp.OfFile(file)] : Array.Empty<string>(),
            ]);
        return new PredictionRecord { Cases = cases.ToDictionary(static c => c.CaseId, c => Stamp.Hash(c.Channels.SelectMany(static image => ImageLocation.Stamps(image)).Prepend(how))) };
    }

    // The cascade was trained on what this trainer's low resolution predicts, whatever -tr says.
    private string LowResolutionModel() => options.Workspace.ModelFolder(
        Configuration.LowResolution.Name, options.Training.Each.Task, Catalog<TrainerRecipe>.Create(options.Training.CascadeTrainer).PreviousTrainer, options.Training.Each.Plans);

    private string FolderOf(string configuration) => Configurations.Count == 1 ? _output : Path.Combine(_output, configuration + PartEnding);

    /// <summary>The segmentations of the output folder, and what their records say.</summary>
    private sealed class Results(string folder, bool recheck)
    {
        private readonly ImageFolder _there = ImageFolder.Of(folder);
        private readonly ResultRecords _records = new(folder, recheck);

        /// <summary>Whether there is a segmentation of a case that somebody has finished.</summary>
        public bool AreThere(string caseId) => Look(caseId) is Standing.Fits or Standing.Unknown;

        /// <summary>Whether a segmentation is as it was made; null where there is none.</summary>
        public Standing? Look(string caseId) => _there.All(caseId) is [ImageLocation one, ..] ? _records.Look(one).Standing : null;

        /// <summary>Whether something says how the segmentation of a case was made. Earlier versions of this command kept no such records.</summary>
        public bool HaveRecord(string caseId) => _records.Read(caseId) is not null;

        /// <summary>Whether contents are compared, and a file that a segmentation was made from has another one now.</summary>
        public bool HaveOtherSources(string caseId) => recheck && _records.Read(caseId) is { } made && ResultRecords.Changed(made.Image.Concat(made.MadeFrom).Concat(made.Model), recheck).Any();
    }
}
