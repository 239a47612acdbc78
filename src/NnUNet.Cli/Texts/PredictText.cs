using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Machine;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Cli.Texts;

/// <summary>The prediction of a folder in words.</summary>
internal static class PredictText
{
    private const int RemarksShown = 20;

    /// <summary>Prints what was predicted, and what failed why.</summary>
    /// <param name="call">Where to print.</param>
    /// <param name="report">What was predicted.</param>
    /// <param name="names">The labels' names by label; null for numbers only.</param>
    /// <param name="postprocesses">Whether predictions of such models are postprocessed, so that a model without that is worth a warning.</param>
    public static void Print(Invocation call, PredictReport report, IReadOnlyDictionary<string, string>? names = null, bool postprocesses = true)
    {
        if (report.Ignored.Count > 0) call.Warn($"{report.Ignored.Count} images belong to no case, since their names end with no channel number: {string.Join(", ", report.Ignored.Take(5))}");
        if (report.LeftBehind is { } left) call.Warn(left);
        if (report.Postprocessing is { } postprocessing) call.Print(PostprocessingText.Decision(postprocessing, names));
        else if (postprocesses) call.Warn("the model has no postprocessing.json, so nothing was removed; nnUNet_determine_postprocessing makes one from its five folds");
        foreach (string line in Lines(report.Outdated, static r => $"{r.CaseId}: what was here {r.Reason}, so it is made again")) call.Print(line);
        if (report.Outdated.Count > 0) call.Print($"{Count(report.Outdated.Count)} here did not fit and {Were(report.Outdated.Count)} made again; what was there is in the folder {PredictRun.ReplacedFolder}");
        if (report.Postprocessed.Count > 0) call.Print($"{Count(report.Postprocessed.Count)} here {Were(report.Postprocessed.Count)} made before the model had its postprocessing, which was applied now; what was there is in the folder {PredictRun.ReplacedFolder}");
        string postprocessed = report.Postprocessed.Count > 0 ? $"{report.Postprocessed.Count} postprocessed, " : "";
        string unknown = report.Unknown.Count > 0 ? $"{report.Unknown.Count} of unknown origin left as they are, " : "";
        call.Print($"{report.Predicted.Count} predicted, {postprocessed}{report.Skipped.Count} were there already, {unknown}{report.Failures.Count} failed");
        if (report.Times is { } times) call.Print(Of(times));
        foreach (string line in Lines(report.Unknown, static r => $"{r.CaseId}: the segmentation that is here {r.Reason}, so it was left as it is")) call.Warn(line);
        if (report.Unknown.Count > 0) call.Warn($"{Count(report.Unknown.Count)} of unknown origin {Were(report.Unknown.Count)} left as {(report.Unknown.Count == 1 ? "it is" : "they are")} and may be of other images or models; --overwrite_existing (nnUNetv2_predict without --continue_prediction) predicts such cases, another output folder keeps them apart");
        if (!report.Described) call.Warn("plans.json and postprocessing.json are not in the output folder where they would not be true of all its segmentations; the folder provenance tells how each was made");
        foreach (PredictFailure failure in report.Failures) call.Refuse($"{failure.CaseId} ({Of(failure.Stage)}): {failure.Reason}");
    }

    /// <summary>The time by stage.</summary>
    public static string Of(PredictTimes times) =>
        $"Time: {Short(times.Loading)} until the network was loaded; a case took {Short(times.Preparation)} to prepare, {Short(times.Network)} in the network, "
        + $"{Short(times.Export)} to export; the network waited {Short(times.Waiting)} in all";

    /// <summary>A stage in words.</summary>
    public static string Of(PredictStage stage) => stage switch
    {
        PredictStage.Found => "files",
        PredictStage.Preprocessing => "preprocessing",
        PredictStage.Network => "network",
        PredictStage.Export => "export",
        _ => "postprocessing",
    };

    private static string Short(TimeSpan time) => time.TotalSeconds < 10 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s") : Sizes.Text(time);

    private static string Count(int cases) => $"{cases} segmentation{(cases == 1 ? "" : "s")}";

    private static string Were(int cases) => cases == 1 ? "was" : "were";

    /// <summary>A line for each remark; of many only the first, and how many there are more.</summary>
    private static IEnumerable<string> Lines(ValueArray<CaseRemark> remarks, Func<CaseRemark, string> line) =>
        remarks.Take(RemarksShown).Select(line).Concat(remarks.Count > RemarksShown ? [$"and {remarks.Count - RemarksShown} more of this kind"] : Array.Empty<string>());
}
