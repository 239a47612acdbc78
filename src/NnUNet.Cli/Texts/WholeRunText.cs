using NnUNet.Cli.Frame;
using NnUNet.Workflows.Steps;

namespace NnUNet.Cli.Texts;

/// <summary>What a run of the whole method is going to do, in words.</summary>
internal static class WholeRunText
{
    /// <summary>Step, state and text.</summary>
    private const int WordColumns = 3;

    /// <summary>Prints every step with what there is to do, and every fold.</summary>
    public static void Print(Invocation call, WholeRunPlan plan)
    {
        call.Warn(plan.Warnings);
        call.Print(plan.Task);
        call.Print(TextTable.Format([["step", "state", "what"], .. plan.Steps.Select(static s => (string[])[Name(s.Step), State(s.State), s.Text])], WordColumns));
        if (plan.Training is { Open.Count: > 0 } training) call.Print().Print(TrainAllTables.Folds(training));
        if (plan.IsComplete) call.Print("Everything is done.");
    }

    /// <summary>A step's name.</summary>
    public static string Name(WholeRunStep step) => step switch
    {
        WholeRunStep.Convert => "convert",
        WholeRunStep.Prepare => "verify, plan, preprocess",
        WholeRunStep.Train => "train",
        WholeRunStep.Choose => "choose the best",
        _ => "segment",
    };

    private static string State(StepState state) => state switch
    {
        StepState.Current => "done",
        StepState.Open => "to do",
        _ => "later",
    };
}
