using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;
using NnUNet.Core.DicomResults;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.Segmentations;

namespace NnUNet.Cli.Commands;

/// <summary>Converts segmentations to and from DICOM.</summary>
[CatalogName("convert_segmentation")]
internal sealed class ConvertSegmentation : CommandDefinition
{
    private const string Refuse = "refuse", First = "first", Last = "last";

    private readonly Option<string?> _input = Values.Text(["-i"], "SEG|FOLDER", "A segmentation, or a folder of some: label maps of any image format, DICOM SEG or RTSTRUCT.", required: true);
    private readonly Option<string?> _output = Values.Text(["-o"], "OUT", "The file to write, or the folder that gets them.", required: true);
    private readonly Option<string?> _reference = Values.Text(["--reference"], "SERIES", "The DICOM series that was segmented: its folder, zip archive or file, or a folder that has one under the name of each segmentation. Needed for dicom-seg and rtstruct, and to read RTSTRUCT; a SEG is put onto its grid.");
    private readonly Option<string?> _to = Values.Text(["--to"], "KIND", "dicom-seg, rtstruct, or the ending of an image format, such as .nii.gz. Unless given, as the ending of OUT tells; for a folder, DICOM becomes .nii.gz and all else dicom-seg.");
    private readonly Option<string?> _segments = Values.Text(["--segments"], "FILE.json", "Names, colours and codes of the labels. Of SEG and RTSTRUCT that are read, those segments are taken whose names are in it, with its labels.");
    private readonly Option<string?> _overlap = Values.Choice(["--overlap"], [Refuse, First, Last], "Whose voxels are that belong to several segments of a SEG or RTSTRUCT: refuse names them and stops; first and last are by label.", Refuse);

    private readonly Option<bool> _fractional = Values.Flag(["--fractional"], "Write a DICOM SEG of fractions from the probabilities beside each segmentation (CASE.npz of nnUNet_predict --save_npz), one segment a class or region.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Data;

    /// <inheritdoc/>
    public override string Summary => "Convert segmentations to DICOM SEG and RTSTRUCT, and these to label maps.";

    /// <inheritdoc/>
    public override string Details =>
        "Labels get the names of a dataset.json beside them or of the model that made them, unless --segments tells more; codes of SNOMED CT are looked up by the names of common structures. "
        + "No voxel is resampled: label maps must lie on the voxels of the series, with axes in any order. The same input gives the same bytes.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_input, _output, _reference, _to, _segments, _overlap, _fractional];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "nnunet convert_segmentation -i liver_1.nii.gz -o liver_1.seg.dcm --reference series/liver_1",
        "nnunet convert_segmentation -i predictions -o structures --reference series --to rtstruct --segments segments.json",
        "nnunet convert_segmentation -i predictions -o probabilities --reference series --fractional",
        "nnunet convert_segmentation -i seg.dcm -o labelsTr/liver_1.nii.gz --reference series/liver_1",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        string? to = call.Get(_to);
        if (to is not (null or SegmentationConversion.Segmentation or SegmentationConversion.StructureSet) && ResultEnding.Fault(to) is { } fault)
            throw new UsageException($"--to is {to}, but must be {SegmentationConversion.Segmentation}, {SegmentationConversion.StructureSet} or an ending: {fault}");

        SegmentationConversionOptions options = new()
        {
            Reference = call.Get(_reference),
            To = to,
            Table = call.Get(_segments),
            Fractional = call.Get(_fractional),
            Overlap = call.Get(_overlap) switch { First => SegmentOverlap.First, Last => SegmentOverlap.Last, _ => SegmentOverlap.Refuse },
        };
        IReadOnlyList<ConvertedSegmentation> converted;
        using (ProgressPrinter<ConversionProgress> progress = call.Progress<ConversionProgress>("converting", static p => new Step(p.File, p.Done, p.Total)))
        {
            converted = SegmentationConversion.Run(call.Get(_input)!, call.Get(_output)!, options, progress, call.Cancel);
        }

        foreach (ConvertedSegmentation one in converted)
        {
            call.Warn([.. one.Warnings.Select(w => $"{Path.GetFileName(one.From)}: {w}")]);
        }

        foreach ((int value, string name) in converted[^1].Labels) call.Print($"{value} {name}");
        call.Print(converted.Count == 1 ? $"Written: {Path.GetFullPath(converted[0].File)}" : $"Written: {converted.Count} segmentations, {Path.GetFullPath(converted[^1].File)} last");
        return CommandLine.Done;
    }
}
