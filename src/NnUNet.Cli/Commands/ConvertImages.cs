using System.CommandLine;
using System.Globalization;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Core.Datasets;
using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Cli.Commands;

/// <summary>Converts images and label maps from any format to any.</summary>
[CatalogName("convert_images")]
internal sealed class ConvertImages : CommandDefinition
{
    private const string Standard = ".nii.gz";

    private readonly Option<string?> _input = Values.Text(["-i"], "PATH", "An image, or a folder of images. A DICOM series is a folder, a zip archive of one, or one file of many frames.", required: true);
    private readonly Option<string?> _output = Values.Text(["-o"], "PATH", "A folder; for one image also the file to write, such as case.png.", required: true);
    private readonly Option<string?> _ending = Values.Text(["--ending"], "ENDING", $"The ending of the files, which chooses the format. {Standard} unless given, or the one of the file to write.");
    private readonly Option<double[]> _spacing = Values.Numbers(["--spacing"], "Z Y X", "Millimetres along z, y and x, or y and x of pictures, instead of what the files say.");
    private readonly Option<bool> _labels = Values.Flag(["--labels"], "The images are label maps: one file a case, CASE instead of CASE_0000, with whole numbers.");
    private readonly Option<string[]> _transform = Values.Texts(["--transform"], "FROM:TO", "Of label maps: this value (255:1), range of values (1-5:1) or all others (*:0) become that label; may be given several times. Other values stay.");
    private readonly Option<string?> _colors = Values.Text(["--label-colors"], "FILE", "Of coloured label maps: a JSON file with the label of each colour, such as {\"#000000\": 0, \"#ff0000\": 1}.");
    private readonly Option<bool> _suv = UnitChoices.Suv();
    private readonly Option<int?> _threads = Values.Integer(["-p"], "Cases at a time. The machine's cores unless nnUNet_def_n_proc says otherwise.", least: 1);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Data;

    /// <inheritdoc/>
    public override string Summary => "Convert images and label maps from any format to any.";

    /// <inheritdoc/>
    public override string Details =>
        $"Read are {string.Join(", ", ImageFile.Endings)}; written are {string.Join(", ", ImageFile.WritableEndings)}. Colours and other channels become one file each, "
        + "CASE_0000 red, CASE_0001 green, CASE_0002 blue. The images stay as they are. What was passed over is told at the end.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_input, _output, _ending, _spacing, _labels, _transform, _colors, _suv, _threads];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "nnunet convert_images -i pictures -o imagesTr",
        "nnunet convert_images -i masks -o labelsTr --labels --transform 255:1",
        "nnunet convert_images -i stacks -o imagesTr --spacing 50 4 4",
        "nnunet convert_images -i pet -o imagesTr --suv",
        "nnunet convert_images -i predictions -o for_imagej --labels --ending .tif",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        ImageConversionOptions options = new()
        {
            Ending = call.Get(_ending) ?? Standard,
            Labels = call.Get(_labels),
            Transform = Transform(call.Get(_transform) ?? []),
            LabelColors = call.Get(_colors),
            Spacing = (call.Get(_spacing) ?? []).ToValueArray(),
            StandardUptake = call.Get(_suv),
            Threads = call.Get(_threads) ?? 0,
        };
        if (options.Spacing.Count is not (0 or 2 or 3)) throw new UsageException("--spacing takes two numbers (y, x) or three (z, y, x)");
        if (!options.Labels && (options.Transform.Count > 0 || options.LabelColors is not null)) throw new UsageException("--transform and --label-colors are for label maps: give --labels, too");
        using ProgressPrinter<ConversionProgress> progress = call.Progress<ConversionProgress>("converting", static p => new Step(p.File, p.Done, p.Total));
        ImageConversionReport report = ImageConversion.Run(call.Get(_input)!, call.Get(_output)!, options, progress, call.Cancel);
        call.Warn(report.Warnings);
        foreach (string file in report.PassedOver) call.Print($"Passed over: {file}");
        call.Print($"{report.Read} {(report.Read == 1 ? "image" : "images")} read, {report.Written.Count} {(report.Written.Count == 1 ? "file" : "files")} written");
        call.Print($"Written: {Path.GetFullPath(call.Get(_output)!)}");
        return CommandLine.Done;
    }

    private static Dictionary<string, int> Transform(string[] words)
    {
        Dictionary<string, int> transform = new(StringComparer.Ordinal);
        foreach (string word in words)
        {
            int colon = word.LastIndexOf(':');
            if (colon <= 0 || !int.TryParse(word[(colon + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int label)) throw new UsageException($"--transform is \"{word}\", but must be FROM:TO, such as 255:1");
            if (!transform.TryAdd(word[..colon], label)) throw new UsageException($"--transform is given twice for {word[..colon]}");
        }

        return transform;
    }
}
