using NnUNet.Core.Preprocessing;

namespace NnUNet.Cli.Frame;

/// <summary>Tells of planning and preprocessing in words.</summary>
internal static class PreprocessingStepText
{
    /// <summary>One state as a step of a progress line.</summary>
    public static Step Of(PreprocessingProgress progress) => new(progress.CaseId, progress.Done, progress.Total, $"{progress.Task}, {Title(progress)}");

    private static string Title(PreprocessingProgress progress) => progress.Step switch
    {
        PreprocessingStep.Verify => "verifying",
        PreprocessingStep.Fingerprint => "measuring",
        PreprocessingStep.Plan => $"planning {progress.CaseId}",
        _ => "preprocessing",
    };
}
