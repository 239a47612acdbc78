using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Run;

namespace NnUNet.Cli.Texts;

/// <summary>Planning and preprocessing in words.</summary>
internal static class PreprocessingStepText
{
    /// <summary>One state as a step of a progress line.</summary>
    public static Step Of(PreprocessingProgress progress) => new(progress.CaseId, progress.Done, progress.Total, $"{progress.Task}, {Title(progress)}");

    /// <summary>Prints what was planned and preprocessed; <see cref="PreprocessingLines"/> has told the warnings.</summary>
    public static void Print(Invocation call, PreprocessingResult result, bool planOnly)
    {
        call.Print(result.Task);
        foreach (Plan plan in new[] { result.Plan3D, result.Plan2D }.OfType<Plan>()) PlanningChoices.Print(call, plan);
        if (!planOnly) call.Print($"  {result.Made} cases preprocessed, {result.Current} were current");
        call.Print($"  Written: {call.Workspace.PreprocessedTask(result.Task)}");
    }

    private static string Title(PreprocessingProgress progress) => progress.Step switch
    {
        PreprocessingStep.Verify => "verifying",
        PreprocessingStep.Fingerprint => "measuring",
        PreprocessingStep.Plan => $"planning {progress.CaseId}",
        _ => "preprocessing",
    };
}
