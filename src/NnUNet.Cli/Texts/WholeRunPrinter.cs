using NnUNet.Cli.Frame;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Selection;
using NnUNet.Workflows.Prediction;
using NnUNet.Workflows.Scheduling;
using NnUNet.Workflows.Steps;

namespace NnUNet.Cli.Texts;

/// <summary>Shows a run of the whole method: each step as the command of that step does.</summary>
/// <param name="call">Where to print.</param>
/// <param name="shown">The plan that was printed already.</param>
/// <param name="verbose">Whether each case's memory is told.</param>
internal sealed class WholeRunPrinter(Invocation call, WholeRunPlan shown, bool verbose) : IDisposable
{
    private readonly ProgressPrinter<ConversionProgress> _converting = call.Progress<ConversionProgress>("converting", static p => new Step(p.File, p.Done, p.Total));
    private readonly PreprocessingLines _preparing = new(call);
    private readonly ProgressPrinter<PostprocessingProgress> _merging = call.Progress<PostprocessingProgress>("merging", static p => new Step(p.CaseId, p.Done, p.Total, p.Step));
    private ProgressPrinter<SelectionProgress>? _comparing;
    private PredictProgressLines? _predicting;
    private TrainAllPrinter? _training;

    /// <summary>Shows one state. Safe for several threads within a step.</summary>
    public void Show(WholeRunProgress progress)
    {
        if (progress.Conversion is { } conversion) _converting.Report(conversion);
        else if (progress.Preparation is { } preparation) _preparing.Report(preparation);
        else if (progress.Prepared is { } prepared) PreprocessingStepText.Print(call, prepared, planOnly: false);
        else if (progress.TrainingPlan is { } plan) Begin(new TrainAllPrinter(call.Terminal, plan, TimeProvider.System), plan);
        else if (progress.Training is { } training) _training!.Show(training);
        else if (progress.Trained is { } trained) End(trained);
        else if (progress.Selection is { } selection) _comparing!.Report(selection);
        else if (progress.Selected is { } selected) SelectionText.Print(call, selected);
        else if (progress.Model is { } model) Begin(model);
        else if (progress.Prediction is { } prediction) _predicting!.Report(prediction);
        else if (progress.Predicted is { } predicted) End(predicted);
        else if (progress.Merging is { } merging) _merging.Report(merging);
        else Begin(progress.Outlook);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _converting.Dispose();
        _preparing.Dispose();
        _comparing?.Dispose();
        _predicting?.Dispose();
        _training?.Dispose();
        _merging.Dispose();
    }

    private void Begin(StepOutlook outlook)
    {
        call.Print().Print($"== {WholeRunText.Name(outlook.Step)}: {(outlook.State == StepState.Current ? "nothing to do, " : "")}{outlook.Text}");
        if (outlook.Step == WholeRunStep.Choose) _comparing = call.Progress<SelectionProgress>("comparing", SelectionText.Of);
    }

    private void Begin(TrainAllPrinter printer, TrainAllPlan plan)
    {
        if (shown.Training is null || !shown.Training.Work.Equals(plan.Work)) call.Print(TrainAllTables.Folds(plan));
        _training = printer;
    }

    private void End(IReadOnlyList<FoldResult> trained)
    {
        _training?.Dispose();
        call.Print().Print(TrainAllTables.Results(trained));
    }

    private void End(PredictReport predicted)
    {
        _predicting!.End();
        PredictText.Print(call, predicted, LabelNames.Near(call.Workspace.PreprocessedTask(shown.Task)));
    }

    private void Begin(string model)
    {
        call.Print($"Model: {model}");
        _predicting = new PredictProgressLines(call.Terminal, verbose, TimeProvider.System);
    }
}
