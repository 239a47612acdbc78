using Microsoft.Extensions.Logging;
using NnUNet.Torch.Inference;

namespace NnUNet.Hosting;

/// <summary>What is logged.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Information, "Model {Model} is loaded, folds {Folds}")]
    public static partial void Loaded(ILogger logger, string model, string folds);

    [LoggerMessage(2, LogLevel.Warning, "{Warning}")]
    public static partial void Warning(ILogger logger, string warning);

    [LoggerMessage(3, LogLevel.Information, "Segmenting {Input} into {Output} with {Model}")]
    public static partial void Begins(ILogger logger, string input, string output, string model);

    [LoggerMessage(4, LogLevel.Information, "{Predicted} predicted, {Skipped} were there already, {Failures} failed: {Output}")]
    public static partial void Ends(ILogger logger, int predicted, int skipped, int failures, string output);

    [LoggerMessage(5, LogLevel.Error, "{Case} ({Stage}): {Reason}")]
    public static partial void CaseFailed(ILogger logger, string @case, PredictStage stage, string reason);

    [LoggerMessage(6, LogLevel.Warning, "These images belong to no case, since their names end with no channel number: {Images}")]
    public static partial void Ignored(ILogger logger, string images);

    [LoggerMessage(7, LogLevel.Error, "{Message}")]
    public static partial void Failed(ILogger logger, string message, Exception fault);

    [LoggerMessage(9, LogLevel.Warning, "{Case}: {Warning}")]
    public static partial void CaseWarning(ILogger logger, string @case, string warning);

    [LoggerMessage(8, LogLevel.Information, "{Line}")]
    public static partial void Line(ILogger logger, string line);
}
