using System.CommandLine;
using NnUNet.Cli.Documents;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom;

namespace NnUNet.Cli.Commands;

/// <summary>Lists DICOM series, and sorts them into folders.</summary>
[CatalogName("dicom")]
internal sealed class DicomCommand : CommandDefinition
{
    private const string List = "list", Sort = "sort";
    private const int WordColumns = 6;

    private readonly Argument<string> _action = Values.Argument("ACTION", [List, Sort], "list: all series, and which of them are images. sort: copy each image into a folder of its own.");
    private readonly Argument<string> _folder = Values.Argument("FOLDER|ZIP", "A folder of DICOM files, whose folders are looked through, too; or a zip archive of them.");
    private readonly Option<string?> _output = Values.Text(["-o"], "FOLDER", "For sort: gets a folder for each series, PATIENT_NUMBER_DESCRIPTION.");

    private readonly JsonOption _json = new(DicomDocument.Schema);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Data;

    /// <inheritdoc/>
    public override string Summary => "List the DICOM series of a folder or zip archive, or sort them into folders of their own.";

    /// <inheritdoc/>
    public override string Details =>
        "A folder with the files of one series is an image for every command, such as IN/CASE_0000 for nnUNet_predict -i IN, and so is a zip archive of one series, such as IN/CASE_0000.zip. Files may have any names. What makes no volume (gaps, tilted gantries, several images at one position, …) is listed with the reason. "
        + "Files are copied by sort, never moved or changed.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_action, _folder, _output, _json];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet dicom list CD", "nnunet dicom list study.zip --json", "nnunet dicom sort CD -o images"];

    /// <inheritdoc/>
    public override bool OnlyPrints(Invocation call) => call.Get(_action) == List;

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        string action = call.Get(_action), folder = call.Get(_folder);
        if (action == List && call.IsGiven(_output)) throw new UsageException("-o is for sort");
        if (action == Sort && !call.IsGiven(_output)) throw new UsageException("sort needs -o: where the series go");
        (IReadOnlyList<FoundSeries> series, IReadOnlyList<string> unreadable) = DicomSurvey.Of(folder, call.Cancel);
        foreach (string line in unreadable) call.Warn(line);
        if (series.Count == 0) throw new DescribedException(folder, "there is no DICOM file that can be read, neither here nor below", "check the path");

        call.Tell(DicomDocument.Of(folder, series, unreadable));
        call.Print(TextTable.Format([["patient", "study", "series", "description", "modality", "use", "files", "voxels (z, y, x)", "mm (z, y, x)"], .. series.Select(s => Row(folder, s))], WordColumns));
        foreach (FoundSeries one in series)
        {
            if (one.Fault is not null) call.Print($"{Name(folder, one)}: {one.Fault}");
            foreach (string warning in one.Image?.Warnings ?? []) call.Print($"{Name(folder, one)}: {warning}");
        }

        if (action == List) return CommandLine.Done;
        IReadOnlyList<string> names = DicomSurvey.Sort(folder, series, call.Get(_output)!, call.Cancel);
        call.Tell(DicomDocument.Of(folder, series, unreadable, call.Get(_output), names));
        call.Print($"Copied: {names.Count} series to {Path.GetFullPath(call.Get(_output)!)}");
        return CommandLine.Done;
    }

    private static string Name(string folder, FoundSeries series) =>
        $"series {(series.Number.Length > 0 ? series.Number : "?")} in {string.Join(", ", series.Folders.Select(f => Path.GetRelativePath(folder, f)))} ({series.SeriesUid})";

    private static string[] Row(string folder, FoundSeries series) =>
    [
        series.Patient,
        series.Study,
        series.Number,
        series.Description,
        series.Modality,
        series.Image is null ? "no"
            : series.Place is { } place ? Path.GetRelativePath(folder, place) is var relative && relative == "." ? Directory.Exists(place) ? "the folder itself" : "the archive itself" : relative
            : "after sort",
        series.Files.Count.ToString(System.Globalization.CultureInfo.InvariantCulture),
        series.Image?.Extent.ToString() ?? "",
        series.Image?.Geometry.Spacing.ToString().Trim('(').Replace(") mm", "", StringComparison.Ordinal) ?? "",
    ];
}
