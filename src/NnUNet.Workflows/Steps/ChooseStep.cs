using System.Globalization;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Planning;
using NnUNet.Core.Selection;
using NnUNet.Foundation;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Validation;

namespace NnUNet.Workflows.Steps;

/// <summary>Chooses the best configuration or pair by cross-validation.</summary>
internal sealed class ChooseStep(WholeRunOptions options, TrainStep training) : RunStep
{
    private string _folder = "";
    private bool _rechecked;

    public override WholeRunStep Kind => WholeRunStep.Choose;

    /// <summary>What is chosen; null before <see cref="RunStep.Look"/> has found it or <see cref="Run"/> has made it.</summary>
    public ModelChoice? Choice { get; private set; }

    /// <summary>The file of the postprocessing that belongs to merged segmentations; null where there is none.</summary>
    public string? PostprocessingFile => Choice?.Postprocessing is { } file ? Path.GetFullPath(file, _folder) : null;

    /// <summary>The folder of a configuration's model.</summary>
    public string ModelFolder(string configuration) => training.ModelFolder(Configuration.Parse(configuration));

    public override StepOutlook Look()
    {
        _folder = options.Workspace.EnsemblesFolder(options.Training.Each.Task);
        Choice = options.Recheck && !_rechecked ? null : Stored(Path.Combine(_folder, ModelChoice.FileName), MadeFrom());
        if (Choice is not null && PostprocessingFile is { } file && !File.Exists(file)) Choice = null;
        return Choice is null
            ? Outlook(false, $"the best of {string.Join(", ", training.Configurations)}{(training.Configurations.Count > 1 && options.Ensembling ? " and their pairs" : "")}")
            : Outlook(true, string.Create(CultureInfo.InvariantCulture, $"{Choice}, Dice {Choice.Dice:0.0000}"));
    }

    public override string LookAhead() => "when all is trained";

    public override void Run(StepOutlook outlook, IProgress<WholeRunProgress>? progress, CancellationToken cancel)
    {
        SelectionOptions selection = new()
        {
            Configurations = training.Configurations.ToValueArray(),
            Trainer = options.Training.Each.Trainer,
            CascadeTrainer = options.Training.CascadeTrainer,
            Plans = options.Training.Each.Plans,
            Folds = training.Folds.Select(static f => int.Parse(f, CultureInfo.InvariantCulture)).ToValueArray(),
            Ensembling = options.Ensembling,
            Postprocessing = options.Postprocessing,
            Recheck = options.Recheck,
            CommandOptions = options.CommandOptions,
        };
        SelectionResult result = ConfigurationSelection.Run(
            options.Workspace, options.Training.Each.Task, selection, Forward<SelectionProgress>(progress, p => new WholeRunProgress(outlook) { Selection = p }), cancel);
        _rechecked = true;
        SelectionCandidate best = result.Best[0];
        _folder = result.Folder;
        Choice = new ModelChoice
        {
            Configurations = best.Configurations,
            Folds = result.Folds.Select(static f => f.ToString(CultureInfo.InvariantCulture)).ToValueArray(),
            Dice = best.Score,
            Postprocessing = best.Configurations.Count > 1 && best.PostprocessingFile is { } file ? Path.GetRelativePath(_folder, file).Replace('\\', '/') : null,
            MadeFrom = MadeFrom(),
        };
        ProductJson.Write(Path.Combine(_folder, ModelChoice.FileName), Choice);
        progress?.Report(new WholeRunProgress(outlook) { Selected = result });
    }

    private static ModelChoice? Stored(string path, string madeFrom)
    {
        if (!File.Exists(path)) return null;
        try
        {
            ModelChoice choice = ProductJson.Read<ModelChoice>(path);
            return choice.MadeFrom == madeFrom && choice.Configurations.Count is 1 or 2 ? choice : null;
        }
        catch (DescribedException)
        {
            return null; // cut off or from another version: chosen again
        }
    }

    private string MadeFrom() => Stamp.Hash(
        [
            $"{options.Ensembling} {options.Postprocessing} {string.Join(' ', training.Configurations)} {string.Join(' ', training.Folds)}",
            .. training.Configurations.SelectMany(c => training.Folds.Select(f => Stamp.OfFile(
                Path.Combine(TrainingSetup.FoldPathOf(training.ModelFolder(c), f), FinalValidation.FolderName, SegmentationSummary.FileName)))),
        ]);
}
