using NnUNet.Cli.Children;
using NnUNet.Cli.Documents;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Cli.Commands;

/// <summary>What the commands have in common that predict a folder of images.</summary>
internal static class FolderPrediction
{
    /// <summary>Predicts, and prints what came of it.</summary>
    /// <param name="call">The command.</param>
    /// <param name="model">The model's folder.</param>
    /// <param name="input">The images.</param>
    /// <param name="output">Gets the segmentations.</param>
    /// <param name="options">How to predict.</param>
    /// <param name="verbose">Whether each case's memory is told.</param>
    /// <param name="silent">Whether no progress is shown.</param>
    /// <param name="firstStage">The model of a cascade's first stage that predicts before this one; null gives none, and what lies beside the model is looked for.</param>
    /// <returns>The exit code.</returns>
    public static int Run(Invocation call, string model, string input, string output, PredictRunOptions options, bool verbose, bool silent = false, string? firstStage = null)
    {
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0) throw new UsageException(string.Join("; ", faults));

        if (firstStage is not null) call.Print($"Low resolution: {firstStage}");
        call.Print($"Model: {model}");
        NativeFunctions.BindWriting();
        using IDisposable? torch = options.Devices is null ? TorchRuntime.LoadAhead() : null;
        ChosenModel opened = ChosenModel.Open(model, options.Predict);
        call.Warn(opened.Folder.Warnings);
        if (call.Parent is { } parent) return ChildPrediction.Run(parent, opened, input, output, options, call.Cancel);
        call.Print($"Folds: {string.Join(", ", opened.Folds)}");
        if (firstStage is null && options.PreviousStageFolder is null && FirstStageBeside(opened.Folder) is { } beside)
        {
            firstStage = beside;
            call.Print($"Low resolution: {firstStage}");
        }

        using PredictProgressLines lines = new(call.Terminal, verbose, TimeProvider.System);
        Relay<PredictProgress> progress = new(report =>
        {
            if (!silent || report.Warning is not null) lines.Report(report);
        });
        PredictReport report = firstStage is null
            ? PredictRun.Run(opened, input, output, options, progress, call.Cancel)
            : CascadePredictRun.Run(firstStage, opened, input, output, options, progress, call.Cancel);
        lines.End();
        call.Tell(PredictionDocument.Of(opened, input, output, report));
        PredictText.Print(call, report, opened.Folder.Contract.Labels.NamesByValue(), ResultLayout.Of(opened.Contract).IsPostprocessed);
        call.Print($"Written: {Path.GetFullPath(output)}");
        return report.Failures.Count == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    /// <summary>The folds that an option names; none where it names none, or <c>None</c>.</summary>
    public static ValueArray<string> Folds(string[]? folds) => folds is { Length: > 0 } and not ["None"] ? folds.ToValueArray() : [];

    /// <summary>
    /// The model of a cascade's first stage beside that of the second, where the folders' names tell the configuration
    /// (TRAINER__PLANS__CONFIGURATION, nnU-Net v2); null where the model is no second stage, or its folder's name does not tell it.
    /// </summary>
    /// <exception cref="DescribedException">There is none.</exception>
    private static string? FirstStageBeside(ModelFolder model)
    {
        if (model.Contract.PreviousStage is not { } previous || Path.GetFileName(model.Path).Split("__") is not [var trainer, var plans, _]) return null;

        string beside = Path.Combine(Path.GetDirectoryName(model.Path)!, $"{trainer}__{plans}__{previous.Configuration}");
        return Directory.Exists(beside)
            ? beside
            : throw new DescribedException(
                model.Path,
                $"this model is the second stage of a cascade, so it needs the segmentations of {previous.Configuration}, and the model that makes them is not beside it",
                $"name the folder of these segmentations with -prev_stage_predictions (nnUNet_predict: -l), or put the model into {beside}");
    }
}
