using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;
using NnUNet.Core.Export;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom;
using NnUNet.Imaging.Formats.Dicom.DataSets;
using NnUNet.Imaging.Formats.Dicom.Segmentations;

namespace NnUNet.Core.DicomResults;

/// <summary>How segmentations are converted.</summary>
internal sealed record SegmentationConversionOptions
{
    /// <summary>The series to which they belong: a folder or file of one, or a folder that has one under the name of each segmentation.</summary>
    /// <value>Null: none.</value>
    public string? Reference { get; init; }

    /// <summary>What they become: <c>dicom-seg</c>, <c>rtstruct</c> or the ending of an image.</summary>
    /// <value>Null: what the output's ending tells; for a folder <c>.nii.gz</c> of DICOM, and <c>dicom-seg</c> of others.</value>
    public string? To { get; init; }

    /// <summary>The file with the table of segments.</summary>
    /// <value>Null: names are looked for beside the segmentations.</value>
    public string? Table { get; init; }

    /// <summary>Whether the probabilities beside the segmentations (<c>CASE.npz</c>) become a SEG of fractions, in place of the labels.</summary>
    /// <value>No.</value>
    public bool Fractional { get; init; }

    /// <summary>What becomes of voxels that belong to several segments.</summary>
    /// <value>The segmentation is refused.</value>
    public SegmentOverlap Overlap { get; init; }
}

/// <summary>A segmentation that was converted.</summary>
/// <param name="From">Its file.</param>
/// <param name="File">The file that was written.</param>
/// <param name="Labels">What its labels are called, by their values in the file; of a SEG that was written, by the numbers of its segments.</param>
/// <param name="Warnings">What was passed over, one sentence each.</param>
internal sealed record ConvertedSegmentation(string From, string File, IReadOnlyList<(int Value, string Name)> Labels, IReadOnlyList<string> Warnings);

/// <summary>Converts segmentations between DICOM (SEG, RTSTRUCT) and label maps.</summary>
/// <remarks>Command: <c>nnunet convert_segmentation</c>.</remarks>
internal sealed class SegmentationConversion
{
    /// <summary>The kind of a DICOM SEG.</summary>
    public const string Segmentation = "dicom-seg";

    /// <summary>The kind of an RTSTRUCT.</summary>
    public const string StructureSet = "rtstruct";

    private const string StructureSetEnding = ".rtstruct.dcm";
    private const string DicomEnding = ".dcm";

    private readonly SegmentationConversionOptions _options;
    private readonly IReadOnlyList<DicomSegment>? _table;
    private SourceSeries? _last; // a folder's segmentations may all belong to one series

    private SegmentationConversion(SegmentationConversionOptions options) => (_options, _table) = (options, options.Table is { } path ? SegmentTable.Read(path).ToSegments() : null);

    /// <summary>Converts a segmentation, or all of a folder.</summary>
    /// <param name="input">A segmentation, or a folder of some.</param>
    /// <param name="output">The file that is written, or the folder that gets them.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Reports every segmentation.</param>
    /// <param name="cancel">Stops between two of them.</param>
    /// <exception cref="DescribedException">There is none, or one cannot be converted; those before it are written.</exception>
    public static IReadOnlyList<ConvertedSegmentation> Run(
        string input, string output, SegmentationConversionOptions options, IProgress<ConversionProgress>? progress = null, CancellationToken cancel = default)
    {
        SegmentationConversion conversion = new(options);
        bool isFile = File.Exists(input);
        ImageLocation[] files = isFile
            ? [ImageLocation.Of(input) ?? throw new DescribedException(input, "the ending is not that of a known image format", $"known are {string.Join(", ", ImageFile.Endings)}")]
            : [.. ImageLocation.In(input).Where(static l => !l.IsSeries)];
        if (files.Length == 0) throw OtherContents.Error(input, "there are no segmentations", "give a segmentation, or a folder of some");
        bool intoFile = isFile && !Directory.Exists(output) && ImageLocation.Of(output) is not null;
        List<ConvertedSegmentation> converted = [];
        foreach (ImageLocation file in files)
        {
            cancel.ThrowIfCancellationRequested();
            string? classUid = ClassOf(file.Path);
            string kind = options.To ?? (options.Fractional ? Segmentation : intoFile ? KindOf(output) : IsSegment(classUid) ? ResultEnding.Default : Segmentation);
            string name = NameOf(file);
            string path = intoFile ? output : Path.Combine(output, name + EndingOf(kind));
            if (Path.GetFullPath(path) == Path.GetFullPath(file.Path)) throw new DescribedException(path, "the result would lie over the segmentation", "give another output");
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            converted.Add(options.Fractional ? conversion.Fractions(file, name, kind, path, cancel) : conversion.Convert(file, name, classUid, kind, path));
            progress?.Report(new ConversionProgress(file.FileName, converted.Count, files.Length));
        }

        return converted;
    }

    private static bool IsSegment(string? classUid) => SegmentationReader.IsSegmentation(classUid) || StructureSetReader.IsStructureSet(classUid);

    /// <summary>The SOP class of a file; null for one that is not of DICOM.</summary>
    private static string? ClassOf(string path) => DicomFile.IsDicom(path) ? DicomFile.Read(path, DicomContent.WithoutPixels).Data.NeededText(DicomTag.SOPClassUID) : null;

    private static string KindOf(string output) =>
        output.EndsWith(StructureSetEnding, StringComparison.OrdinalIgnoreCase) ? StructureSet
        : output.EndsWith(DicomEnding, StringComparison.OrdinalIgnoreCase) ? Segmentation
        : ImageLocation.Of(output)!.Ending.ToLowerInvariant();

    private static string EndingOf(string kind) => kind switch
    {
        Segmentation => SegmentationFormat.Ending,
        StructureSet => StructureSetEnding,
        _ => kind,
    };

    private static string NameOf(ImageLocation file)
    {
        foreach (string ending in (string[])[StructureSetEnding, SegmentationFormat.Ending])
        {
            if (file.FileName.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) return file.FileName[..^ending.Length];
        }

        return file.Name;
    }

    private ConvertedSegmentation Convert(ImageLocation file, string name, string? classUid, string kind, string path)
    {
        List<string> warnings = [];
        string? reference = ReferenceOf(name);
        (Volume<short> labels, IReadOnlyList<DicomSegment> known) = Read(file, classUid, reference, warnings);
        if (kind is Segmentation or StructureSet)
        {
            if (reference is null) throw new DescribedException(file.Path, $"{(kind == Segmentation ? "a DICOM SEG" : "an RTSTRUCT")} belongs to a series of images, which is not given", "name its folder with --reference");
            SourceSeries source = Source(reference);
            Volume<short> placed = LabelGrid.Place(labels, source.Header.Extent, source.Header.Geometry, file.Path);
            return kind == Segmentation
                ? new ConvertedSegmentation(file.Path, path, [.. SegmentationWriter.Write(path, placed, source, known).Select(static (s, index) => (index + 1, s.Name))], warnings)
                : new ConvertedSegmentation(file.Path, path, [.. StructureSetWriter.Write(path, placed, source, known).Select(static s => (s.Value, s.Name))], warnings);
        }

        ImageFile.WriteLabels(path, labels, reference is null ? null : ImageLocation.Of(reference));
        return new ConvertedSegmentation(file.Path, path, [.. known.Select(static s => (s.Value, s.Name))], warnings);
    }

    private ConvertedSegmentation Fractions(ImageLocation file, string name, string kind, string path, CancellationToken cancel)
    {
        if (kind != Segmentation) throw new DescribedException(file.Path, $"fractions are written as {Segmentation} only, not as {kind}", $"leave out --to, or give it as {Segmentation}");
        string npz = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file.Path))!, name + ProbabilityFile.Ending);
        string reference = ReferenceOf(name) ?? throw new DescribedException(file.Path, "a DICOM SEG belongs to a series of images, which is not given", "name its folder with --reference");
        IReadOnlyList<DicomSegment> known = _table ?? SegmentTable.Of(ResultLabelNames.Find(file.Path));
        return new ConvertedSegmentation(file.Path, path, [.. FractionalSegmentation.Write(path, npz, Source(reference), known, cancel).Select(static (s, index) => (index + 1, s.Name))], []);
    }

    private (Volume<short> Labels, IReadOnlyList<DicomSegment> Known) Read(ImageLocation file, string? classUid, string? reference, List<string> warnings)
    {
        if (StructureSetReader.IsStructureSet(classUid))
        {
            StructureSetReader reader = StructureSetReader.Open(file.Path);
            if (reference is null) throw new DescribedException(file.Path, "a structure set has contours, but no voxels, and the images that tell these are not given", "name the folder of its series with --reference");
            SourceSeries source = Source(reference);
            CheckSeries(file.Path, reader.SeriesUid, source, warnings);
            Volume<short> drawn = reader.ReadLabels(source.Header.Extent, source.Header.Geometry, _options.Overlap, warnings, Values(reader.Regions, warnings));
            return (drawn, _table ?? reader.Regions);
        }

        if (SegmentationReader.IsSegmentation(classUid))
        {
            SegmentationReader reader = SegmentationReader.Open(file.Path, DicomContent.WithPixels);
            Volume<short> own = reader.ReadLabels(_options.Overlap, Values(reader.Segments, warnings));
            IReadOnlyList<DicomSegment> known = _table ?? reader.Segments;
            if (reference is null) return (own, known);
            ImageHeader header = ImageFile.ReadHeader(reference);
            return (LabelGrid.Place(own, header.Extent, header.Geometry, file.Path), known);
        }

        Volume<short> labels = ImageFile.ReadLabels(file.Path);
        return (labels, _table ?? SegmentTable.Of(ResultLabelNames.Find(file.Path)));
    }

    /// <summary>Which label a segment of a file becomes by the table's names; null without a table.</summary>
    private Func<DicomSegment, short?>? Values(IReadOnlyList<DicomSegment> there, List<string> warnings)
    {
        if (_table is null) return null;
        Dictionary<string, short> values = new(StringComparer.OrdinalIgnoreCase);
        foreach (DicomSegment segment in _table) values.TryAdd(segment.Name, (short)segment.Value);
        foreach (DicomSegment left in there.Where(s => !values.ContainsKey(s.Name))) warnings.Add($"{left.Name} is not in the table of segments and was left out");
        return segment => values.TryGetValue(segment.Name, out short value) ? value : null;
    }

    private SourceSeries Source(string reference) => _last?.Path == reference ? _last : _last = SourceSeries.Open(reference);

    private static void CheckSeries(string path, string? told, SourceSeries source, List<string> warnings)
    {
        if (told is not null && told != source.SeriesUid) warnings.Add($"{Path.GetFileName(path)} was drawn on another series ({told}) than {source.Path} ({source.SeriesUid})");
    }

    private string? ReferenceOf(string name)
    {
        if (_options.Reference is not { } reference) return null;
        if (ImageLocation.Of(reference) is { Exists: true }) return reference;
        string[] names = [name, CaseName.ChannelFile(name, 0, ""), name + DicomEnding, name + DicomZip.Ending, CaseName.ChannelFile(name, 0, DicomZip.Ending)];
        return names.Select(n => Path.Combine(reference, n)).FirstOrDefault(static p => ImageLocation.Of(p) is { Exists: true })
            ?? throw new DescribedException(reference, $"there is no series of {name}", $"give the folder of its series, or one in which it is called {name}");
    }
}
