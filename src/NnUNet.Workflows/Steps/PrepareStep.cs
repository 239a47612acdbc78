using NnUNet.Core.Preprocessing.Run;

namespace NnUNet.Workflows.Steps;

/// <summary>Verifies, plans and preprocesses the task.</summary>
internal sealed class PrepareStep(WholeRunOptions options) : RunStep
{
    private readonly string _task = options.Training.Each.Task;
    private readonly PreprocessingRun _run = new(options.Workspace, options.Preparation with { PlanOnly = false, VerifyIntegrity = true, VerifyOnce = true });

    public override WholeRunStep Kind => WholeRunStep.Prepare;

    public override StepOutlook Look()
    {
        if (!Directory.Exists(options.Workspace.RawTask(_task)) && Directory.Exists(options.Workspace.PreprocessedTask(_task)))
        {
            return Outlook(true, "there are no raw data here, what is preprocessed is used");
        }

        PreprocessingState state = _run.StateOf(_task);
        return state.IsComplete
            ? Outlook(true, $"{state.Cases} cases are verified, planned and preprocessed")
            : Outlook(false, $"{state.Cases} cases, to do: {string.Join(", ", ToDo(state))}");
    }

    public override string LookAhead() => "all cases";

    public override void Run(StepOutlook outlook, IProgress<WholeRunProgress>? progress, CancellationToken cancel)
    {
        PreprocessingResult result = _run.Run([_task], Forward<PreprocessingProgress>(progress, p => new WholeRunProgress(outlook) { Preparation = p }), cancel)[0];
        progress?.Report(new WholeRunProgress(outlook) { Prepared = result });
    }

    private static IEnumerable<string> ToDo(PreprocessingState state)
    {
        if (!state.Verified) yield return "verify";
        if (!state.Planned) yield return "measure and plan";
        if (state.Current < state.Cases) yield return $"preprocess {state.Cases - state.Current}";
        if (!state.Copied) yield return "copy references";
    }
}
