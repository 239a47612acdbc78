using System.CommandLine;
using NnUNet.Cli.Documents;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Evaluation.Report;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Pictures.Overlays;

namespace NnUNet.Cli.Commands;

/// <summary>Scores a folder of segmentations.</summary>
[CatalogName("nnUNet_evaluate_folder")]
internal sealed class EvaluateFolder : CommandDefinition
{
    private readonly Option<string?> _reference = Values.Text(["-ref"], "FOLDER", "The reference segmentations.", required: true);
    private readonly Option<string?> _prediction = Values.Text(["-pred"], "FOLDER", "The predicted segmentations, with the names of the references; summary.json is written into it.", required: true);
    private readonly Option<int[]> _labels = Values.Integers(["-l"], "LABEL", "The labels to score, usually all but 0.", required: true, least: 0);
    private readonly Option<bool> _advanced = Values.Flag(["--advanced"], "Compute measures of surfaces and volumes too: Hausdorff and average surface distances, Normalized Surface Dice, volume errors.");
    private readonly Option<double[]> _tolerance = Values.Numbers(["--nsd-tolerance"], "MM", "Millimetres that surfaces may be apart in Normalized Surface Dice: one number, or one for each label in the order of -l. 1 unless given. Turns --advanced on.");
    private readonly Option<string[]> _metrics = Values.Texts(["--metrics"], "NAME", "Measures to compute too, by their names, such as \"Hausdorff Distance 95\" or one of a plug-in.");
    private readonly Option<string?> _csv = Values.Text(["--csv"], "FILE", "Write all scores as comma-separated values too, one row a case and label.");
    private readonly Option<string?> _html = Values.Text(["--html"], "FILE", "Write a report too: one HTML file with tables, charts and pictures of the worst cases that needs no other file.");
    private readonly Option<string?> _images = Values.Text(["--images"], "FOLDER", "The images below the report's pictures (CASE_0000.nii.gz or CASE.nii.gz); without it they show the segmentations alone.");
    private readonly Option<int?> _worst = Values.Integer(["--worst"], "Worst cases that the report shows.", 6, least: 0);
    private readonly JsonOption _json = new(EvaluationDocument.Schema);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Evaluation;

    /// <inheritdoc/>
    public override string Summary => "Score a folder of segmentations against their references.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_reference, _prediction, _labels, _advanced, _tolerance, _metrics, _csv, _html, _images, _worst, _json];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_reference, _prediction, _labels];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "nnUNet_evaluate_folder -ref labelsTs -pred predictions -l 1 2",
        "nnUNet_evaluate_folder -ref labelsTs -pred predictions -l 1 2 --nsd-tolerance 2 --csv scores.csv --html report.html --images imagesTs",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        string prediction = call.Get(_prediction)!;
        IReadOnlyList<EvaluationLabel> labels = EvaluationLabel.From(call.Get(_labels).Distinct());
        EvaluationOptions options = Options(call, labels);
        IReadOnlyDictionary<string, string> names = ResultLabelNames.Find(prediction, call.Get(_reference), call.Get(_images));
        using ProgressPrinter<EvaluationProgress> progress = call.Progress<EvaluationProgress>("evaluating", static p => new Step(p.CaseId, p.Done, p.Total));
        string path = Path.Combine(prediction, SegmentationSummary.FileName);
        SegmentationSummary summary;
        try
        {
            summary = FolderEvaluator.Evaluate(call.Get(_reference)!, prediction, labels, options, progress, call.Cancel);
        }
        catch (DescribedException)
        {
            if (FolderEvaluator.RemoveOutdatedSummary(prediction)) call.Warn($"{path} scored segmentations that have changed since, and is removed");
            throw;
        }

        summary.Write(path);
        if (summary.MissingPredictions is { Count: > 0 } missing) call.Warn(Warnings.Of([.. missing], "has no prediction and is not scored", "cases have no prediction and are not scored"));
        WarnOfOthers(call, summary.NotScored);
        call.Print(ScoreTable.Means(summary, labels, options.Advanced, names, More(call)));
        if (call.Get(_csv) is { } csv) ScoreSheet.Write(csv, summary, names);
        if (call.Get(_html) is { } html) WriteReport(call, html, summary, names);
        string[] written = [.. new[] { path, call.Get(_csv), call.Get(_html) }.OfType<string>().Select(Path.GetFullPath)];
        foreach (string file in written) call.Print($"Written: {file}");
        call.Tell(EvaluationDocument.Of(summary, call.Get(_reference)!, prediction, written));
        return CommandLine.Done;
    }

    /// <summary>One line, however many labels there are.</summary>
    private static void WarnOfOthers(Invocation call, ValueArray<NotScoredLabel> others)
    {
        const int Most = 5;
        if (others.Count == 0) return;
        string labels = string.Join(", ", others.Take(Most).Select(static o => $"{o.Label} (in {o.Cases} {(o.Cases == 1 ? "case" : "cases")}, the first is {o.First})"));
        call.Warn($"labels that -l does not name occur and are not scored: {labels}{(others.Count > Most ? $" and {others.Count - Most} more" : "")}");
    }

    private void WriteReport(Invocation call, string path, SegmentationSummary summary, IReadOnlyDictionary<string, string> names) => HtmlReport.Write(path, summary, new HtmlReportOptions
    {
        Title = $"Evaluation of {Path.GetFileName(Path.GetFullPath(call.Get(_prediction)!))}",
        Subtitle = $"{call.Get(_prediction)} compared with {call.Get(_reference)}",
        LabelNames = names,
        WorstCases = call.Get(_worst)!.Value,
        Picture = CasePictures.From(call.Get(_images)),
    });

    private string[] More(Invocation call) => call.IsGiven(_metrics) ? call.Get(_metrics)! : [];

    private EvaluationOptions Options(Invocation call, IReadOnlyList<EvaluationLabel> labels)
    {
        double[] tolerances = call.IsGiven(_tolerance) ? call.Get(_tolerance) : [];
        EvaluationOptions options = new() { Advanced = call.Get(_advanced) || tolerances.Length > 0, Metrics = Metric.DefaultNames.Concat(More(call)).ToValueArray() };
        if (tolerances.Length == 0) return options;
        if (tolerances.Length == 1) return options with { SurfaceTolerance = tolerances[0] };
        if (tolerances.Length != labels.Count)
        {
            throw new UsageException($"--nsd-tolerance has {tolerances.Length} numbers for {labels.Count} labels; give one for all, or one for each label of -l");
        }

        return options with { SurfaceTolerances = labels.Zip(tolerances).ToDictionary(static pair => pair.First.Name, static pair => pair.Second) };
    }
}
