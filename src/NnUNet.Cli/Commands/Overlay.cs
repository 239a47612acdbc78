using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;
using NnUNet.Pictures.Overlays;

namespace NnUNet.Cli.Commands;

/// <summary>Draws segmentations over their images.</summary>
[CatalogName("overlay")]
internal sealed class Overlay : CommandDefinition
{
    private readonly Option<string?> _images = Values.Text(["-i"], "IMAGES", "The folder of the images (CASE_0000.nii.gz or CASE.nii.gz), or one image.", required: true);
    private readonly Option<string?> _predictions = Values.Text(["-p"], "PREDICTIONS", "The folder of the segmentations, or one.", required: true);
    private readonly Option<string?> _references = Values.Text(["-r"], "REFERENCES", "The folder of the reference segmentations, or one.");
    private readonly Option<string?> _output = Values.Text(["-o"], "OUT", "The folder to write into; for a single case also the PNG file.", required: true);
    private readonly Option<int?> _slices = Values.Integer(["--slices"], "Slices of each axis.", 5, least: 1);
    private readonly Option<int?> _channel = Values.Integer(["--channel"], "The image channel to show.", 0, least: 0);
    private readonly Option<bool> _zoom = Values.Flag(["--zoom"], "Show the surroundings of the foreground only.");
    private readonly Option<double[]> _window = Values.Numbers(["--window"], "LOW HIGH", "The image's values that become black and white, such as -160 240 for abdominal CT; the 1st and 99th percentile unless given.", 2);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Evaluation;

    /// <inheritdoc/>
    public override string Summary => "Draw images, references and predictions: a PNG for each case and one of all.";

    /// <inheritdoc/>
    public override string Details =>
        "Shows axial, coronal and sagittal slices spread over the foreground, the patient's left on the right (L), with a scale bar; predictions with coloured lines, references with dashes, "
        + "and with references the Dice of each label. all_cases.png holds one small picture of every case, the lowest Dice first.\n"
        + "The labels' names come from a dataset.json beside or above the references, the images or the segmentations, or from the model that made them.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_images, _predictions, _references, _output, _slices, _channel, _zoom, _window];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "nnunet overlay -i imagesTs -p predictions -r labelsTs -o pictures",
        "nnunet overlay -i liver_1_0000.nii.gz -p liver_1.nii.gz -o liver_1.png --window -160 240 --zoom",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        double[] window = call.IsGiven(_window) ? call.Get(_window) : [];
        OverlayOptions options = new()
        {
            SlicesPerAxis = call.Get(_slices)!.Value,
            Channel = call.Get(_channel)!.Value,
            Zoom = call.Get(_zoom),
            Window = window.Length == 2 ? ((float)window[0], (float)window[1]) : null,
        };
        OverlayReport report;
        using (ProgressPrinter<OverlayProgress> progress = call.Progress<OverlayProgress>("drawing", static p => new Step(p.CaseId, p.Done, p.Total)))
        {
            report = OverlayRun.Write(call.Get(_images)!, call.Get(_predictions)!, call.Get(_references), call.Get(_output)!, options, progress, call.Cancel);
        }

        foreach (string failure in report.Failures) call.Refuse(failure);
        if (report.Files is [.., string last]) call.Print(report.Files.Count == 1 ? $"Written: {Path.GetFullPath(last)}" : $"Written: {report.Files.Count} pictures, {Path.GetFullPath(last)} last");
        return report.Failures.Count == 0 ? CommandLine.Done : CommandLine.Failed;
    }
}
