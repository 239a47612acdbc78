using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Machine;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Cli.Texts;

/// <summary>The prediction of a folder in words.</summary>
internal static class PredictText
{
    /// <summary>One state as a step of a progress line.</summary>
    public static Step Of(PredictProgress progress) => new($"{progress.CaseId}, {StageText(progress.Stage)}", progress.Done, progress.Total);

    /// <summary>Prints what was predicted, and what failed why.</summary>
    public static void Print(Invocation call, PredictReport report)
    {
        if (report.Ignored.Count > 0) call.Warn($"{report.Ignored.Count} images belong to no case, since their names end with no channel number: {string.Join(", ", report.Ignored.Take(5))}");
        if (report.LeftBehind is { } left) call.Warn(left);
        if (report.Postprocessing is { } postprocessing) call.Print(PostprocessingText.Decision(postprocessing));
        else call.Warn("the model has no postprocessing.json, so nothing was removed; nnUNet_determine_postprocessing makes one from its five folds");
        if (report.Outdated.Count > 0) call.Print($"{Count(report.Outdated)} here {Were(report.Outdated)} made with another postprocessing than the model has now, so {Were(report.Outdated)} made again; what was there is in the folder {PredictRun.ReplacedFolder}");
        if (report.Postprocessed.Count > 0) call.Print($"{Count(report.Postprocessed)} here {Were(report.Postprocessed)} made before the model had its postprocessing, which was applied now; what was there is in the folder {PredictRun.ReplacedFolder}");
        string postprocessed = report.Postprocessed.Count > 0 ? $"{report.Postprocessed.Count} postprocessed, " : "";
        call.Print($"{report.Predicted.Count} predicted, {postprocessed}{report.Skipped.Count} were there already, {report.Failures.Count} failed");
        if (report.Times is { } times) call.Print(Of(times));
        foreach (PredictFailure failure in report.Failures) call.Terminal.ErrorLine($"nnunet: {failure.CaseId} ({StageText(failure.Stage)}): {failure.Reason}");
    }

    /// <summary>The time by stage.</summary>
    public static string Of(PredictTimes times) =>
        $"Time: {Short(times.Loading)} until the network was loaded; a case took {Short(times.Preparation)} to prepare, {Short(times.Network)} in the network, "
        + $"{Short(times.Export)} to export; the network waited {Short(times.Waiting)} in all";

    private static string Short(TimeSpan time) => time.TotalSeconds < 10 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s") : Sizes.Text(time);

    private static string Count(ValueArray<string> cases) => $"{cases.Count} segmentation{(cases.Count == 1 ? "" : "s")}";

    private static string Were(ValueArray<string> cases) => cases.Count == 1 ? "was" : "were";

    private static string StageText(PredictStage stage) => stage switch
    {
        PredictStage.Found => "files",
        PredictStage.Preprocessing => "preprocessing",
        PredictStage.Network => "network",
        _ => "export",
    };
}
