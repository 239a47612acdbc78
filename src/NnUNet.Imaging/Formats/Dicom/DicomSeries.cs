using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom;

/// <summary>The slices of one series in the order of their positions, and the volume that they make.</summary>
/// <remarks>
/// Rows and columns are as the files have them, slices go along the normal (row direction x column direction), as in ITK. Nothing is resampled,
/// and no volume is made whose slices are not evenly spaced, one behind the other.
/// </remarks>
internal sealed class DicomSeries
{
    private const double SameDirection = 1e-3; // of unit vectors: files state them with some digits only
    private const double SamePosition = 1e-3; // millimetres
    private const double LargestSideStep = 0.1; // of a pixel
    private const double LargestUnevenness = 0.1; // of the distance between slices
    private const double NotedUnevenness = 0.01;
    private const int NamesShown = 3;

    private readonly string _path;

    private DicomSeries(string path, IReadOnlyList<DicomSlice> slices, ImageHeader header) =>
        (_path, Slices, Header) = (path, slices, header with { BytesWhileRead = slices.Select(static s => s.File).Distinct().Max(DicomPixels.BytesHeld) });

    /// <summary>The slices in the order of the volume (z).</summary>
    public IReadOnlyList<DicomSlice> Slices { get; }

    /// <summary>Size, geometry and number type, and what was left out.</summary>
    public ImageHeader Header { get; }

    /// <summary>Reads the headers of a series' files and puts its slices in order.</summary>
    /// <param name="path">A folder of files, a zip archive, or one file.</param>
    /// <exception cref="FileFormatException">A file is damaged or of a kind that is not read, there are several series, or the slices make no volume.</exception>
    public static DicomSeries Open(string path)
    {
        using DicomSource source = DicomSource.Of(path);
        return Of(path, [.. source.Files.Select(f => source.Read(f, DicomContent.WithoutPixels))], source);
    }

    /// <summary>Puts the slices of files in order.</summary>
    /// <param name="path">What they are called together in errors.</param>
    /// <param name="files">The files, without their pixels.</param>
    /// <param name="source">Where they lie.</param>
    /// <exception cref="FileFormatException">They make no volume, or more than one; or SUV is asked for and cannot be computed.</exception>
    public static DicomSeries Of(string path, IReadOnlyList<DicomFile> files, DicomSource source)
    {
        List<string> warnings = [];
        DicomFile[] images = Chosen(path, files, warnings);
        List<DicomSlice> slices = [.. InUnits(images, [.. images.SelectMany(DicomFrames.Of)], warnings)];
        CheckOneForm(path, slices);
        DicomSlice first = slices[0];
        string type = DicomFrames.PixelForm.Of(first.File).DataType;
        if (slices.Count == 1 && (first.Position is null || first.Orientation is null))
        {
            if (first.RowSpacing is null) warnings.Add("the file does not tell how far its pixels are apart, so that 1 mm was taken");
            ImageGeometry flat = ImageGeometry.Identity with { Dimensions = 2, ItkSpacing = [first.ColumnSpacing ?? 1, first.RowSpacing ?? 1, 1] };
            return new DicomSeries(path, slices, new ImageHeader(new Extent(1, first.Rows, first.Columns), 1, flat, type, warnings));
        }

        double[] normal = CheckOneOrientation(path, slices);
        slices = WithoutCopies(path, [.. slices.OrderBy(s => Along(s, normal))], normal, source, warnings);
        double spacing = slices.Count > 1 ? Spacing(path, slices, normal, warnings) : Thickness(slices[0], warnings);
        first = slices[0];
        double[] r = first.Orientation![..3], c = first.Orientation![3..];
        ImageGeometry geometry = new()
        {
            ItkSpacing = [first.ColumnSpacing!.Value, first.RowSpacing!.Value, spacing],
            ItkOrigin = [.. first.Position!],
            ItkDirection = [r[0], c[0], normal[0], r[1], c[1], normal[1], r[2], c[2], normal[2]],
        };
        Extent extent = new(slices.Count, first.Rows, first.Columns);
        if ((Int128)extent.Z * extent.Y * extent.X > Array.MaxLength) throw new FileFormatException(path, $"the series has {extent} voxels, but a volume has at most {Array.MaxLength}", "split the series");
        return new DicomSeries(path, slices, new ImageHeader(extent, 1, geometry, type, warnings));
    }

    /// <summary>Reads the voxels (z, y, x), rescaled slice by slice.</summary>
    /// <exception cref="FileFormatException">A file is damaged.</exception>
    public Volume<float> Read()
    {
        Volume<float> volume = new(Header.Extent, Header.Geometry);
        using DicomSource source = DicomSource.Of(_path);
        foreach (IGrouping<string, int> file in Enumerable.Range(0, Slices.Count).GroupBy(z => Slices[z].File.Path))
        {
            using DicomPixels pixels = DicomPixels.Of(source, Slices[file.First()]);
            foreach (int z in file.OrderBy(z => Slices[z].Frame)) pixels.Read(Slices[z].Frame, Slices[z].Slope, Slices[z].Intercept, volume.Slice(z));
        }

        return volume;
    }

    /// <summary>The slices with their values in the unit that is asked for: those of PET as SUV, or as they are stored, with a word.</summary>
    private static IEnumerable<DicomSlice> InUnits(DicomFile[] files, DicomSlice[] slices, List<string> warnings)
    {
        if (!StandardUptake.IsPet(files[0])) return slices;
        if (StandardUptake.IsAsked)
        {
            double factor = StandardUptake.FactorOf(files);
            return slices.Select(s => s with { Slope = s.Slope * factor, Intercept = s.Intercept * factor });
        }

        if (StandardUptake.StoredUnit(files[0]) is { } unit) warnings.Add($"the values of this PET are {unit}, not SUV ({StandardUptake.OptionName} makes SUV of them)");
        return slices;
    }

    /// <summary>The files of the one series that makes the image; what is left out is told.</summary>
    private static DicomFile[] Chosen(string path, IReadOnlyList<DicomFile> files, List<string> warnings)
    {
        DicomFile[] images = [.. files.Where(DicomFrames.IsImage)], others = [.. files.Except(images)];
        if (images.Length == 0)
        {
            string kinds = string.Join(", ", others.Select(static f => f.Data.Text(DicomTag.Modality) ?? "without modality").Distinct());
            throw new FileFormatException(path, $"there is no image among the DICOM files ({kinds})", "give a folder with the files of an image series; nnunet dicom list FOLDER finds them");
        }

        if (others.Length > 0) warnings.Add($"{Files(others)} no image ({string.Join(", ", others.Select(static f => f.Data.Text(DicomTag.Modality) ?? "no modality").Distinct())}) and {Were(others)} left out");
        IGrouping<string, DicomFile>[] series = [.. images.GroupBy(static f => f.Data.Text(DicomTag.SeriesInstanceUID) ?? "").OrderBy(static g => g.First().Data.Text(DicomTag.SeriesNumber)?.PadLeft(10))];
        IGrouping<string, DicomFile>[] usable = series.Length == 1 ? series : [.. series.Where(static s => !s.All(IsLocalizer))];
        if (usable.Length != 1)
        {
            string list = string.Join("; ", series.Select(s => Described(s)));
            throw new FileFormatException(path, $"the {(DicomZip.IsZip(path) ? "archive" : "folder")} has {series.Length} series: {list}", $"put the files of each series into a folder of its own; nnunet dicom sort {(DicomZip.IsZip(path) ? "ZIP" : "FOLDER")} -o OUT does it");
        }

        foreach (IGrouping<string, DicomFile> left in series.Where(s => s.Key != usable[0].Key)) warnings.Add($"a series of localisers was left out: {Described(left)}");
        DicomFile[] chosen = [.. usable[0]], localizers = [.. chosen.Where(IsLocalizer)];
        if (localizers.Length > 0 && localizers.Length < chosen.Length)
        {
            warnings.Add($"{Files(localizers)} localiser{(localizers.Length == 1 ? "" : "s")} and {Were(localizers)} left out");
            chosen = [.. chosen.Except(localizers)];
        }

        return chosen;
    }

    private static string Files(DicomFile[] files) =>
        $"{string.Join(", ", files.Take(NamesShown).Select(static f => Path.GetFileName(f.Path)))}{(files.Length > NamesShown ? $" and {files.Length - NamesShown} more" : "")} {(files.Length == 1 ? "is" : "are")}";

    private static string Were(DicomFile[] files) => files.Length == 1 ? "was" : "were";

    private static bool IsLocalizer(DicomFile file) => file.Data.Texts(DicomTag.ImageType).Contains("LOCALIZER", StringComparer.OrdinalIgnoreCase);

    private static string Described(IGrouping<string, DicomFile> series)
    {
        DicomDataSet data = series.First().Data;
        string name = data.Text(DicomTag.SeriesDescription) is { } description ? $"\"{description}\"" : $"number {data.Text(DicomTag.SeriesNumber) ?? "?"}";
        return $"{name} ({data.Text(DicomTag.Modality) ?? "no modality"}, {series.Count()} file{(series.Count() == 1 ? "" : "s")}, {series.Key})";
    }

    /// <summary>Refuses slices of several sizes or pixel spacings.</summary>
    private static void CheckOneForm(string path, List<DicomSlice> slices)
    {
        (string, int)[] sizes = Counted(slices, static s => $"{s.Rows} x {s.Columns}");
        if (sizes.Length > 1) throw new FileFormatException(path, $"the slices have several sizes: {Listed(sizes)}", "put the slices of each size into a folder of its own");
        DicomSlice first = slices[0];
        if (slices.Find(s => !Near(s.RowSpacing, first.RowSpacing) || !Near(s.ColumnSpacing, first.ColumnSpacing)) is { } other)
            throw new FileFormatException(path, $"the pixels of {first.Name} are {PixelSpacing(first)} apart, those of {other.Name} {PixelSpacing(other)}", "put the slices of each spacing into a folder of its own");

        static bool Near(double? one, double? other) => one == other || (one is { } a && other is { } b && Math.Abs(a - b) <= SameDirection * a);
    }

    private static string PixelSpacing(DicomSlice slice) => slice.RowSpacing is null ? "an unknown distance" : string.Create(CultureInfo.InvariantCulture, $"{slice.RowSpacing:0.####} x {slice.ColumnSpacing:0.####} mm");

    private static (string, int)[] Counted(IEnumerable<DicomSlice> slices, Func<DicomSlice, string> key) => [.. slices.GroupBy(key).Select(static g => (g.Key, g.Count()))];

    private static string Listed((string What, int Count)[] counted) =>
        string.Join(", ", counted.Take(NamesShown).Select(static c => $"{c.Count} {c.What}")) + (counted.Length > NamesShown ? ", …" : "");

    /// <summary>Refuses slices that lie in several directions or nowhere.</summary>
    /// <returns>The normal of the slices, along which they are ordered.</returns>
    private static double[] CheckOneOrientation(string path, List<DicomSlice> slices)
    {
        DicomSlice[] nowhere = [.. slices.Where(static s => s.Position is null || s.Orientation is null || s.RowSpacing is null)];
        if (nowhere.Length > 0)
        {
            string lacks = nowhere[0].Position is null ? "ImagePositionPatient" : nowhere[0].Orientation is null ? "ImageOrientationPatient" : "PixelSpacing";
            throw new FileFormatException(path, $"{nowhere.Length} of {slices.Count} slices do not tell where they lie, the first is {nowhere[0].Name} (no {lacks})", "export the original images of the series, not pictures of them");
        }

        double[] reference = slices[0].Orientation!;
        DicomSlice[] turned = [.. slices.Where(s => !Enumerable.Range(0, 6).All(i => Math.Abs(s.Orientation![i] - reference[i]) <= SameDirection))];
        if (turned.Length > 0)
        {
            (string, int)[] directions = Counted(slices, static s => "along " + string.Join('\\', s.Orientation!.Select(static v => Math.Round(v, 2).ToString("0.##", CultureInfo.InvariantCulture))));
            throw new FileFormatException(path, $"the slices lie in several directions: {Listed(directions)}; the first of another one is {turned[0].Name}", "put the slices of each direction into a folder of its own, and leave out localisers");
        }

        double[] r = reference[..3], c = reference[3..];
        if (Math.Abs(Dot(r, r) - 1) > 0.01 || Math.Abs(Dot(c, c) - 1) > 0.01 || Math.Abs(Dot(r, c)) > 0.01)
            throw new FileFormatException(path, $"the directions of rows and columns of {slices[0].Name} are no unit vectors at right angles ({string.Join('\\', reference.Select(static v => v.ToString("R", CultureInfo.InvariantCulture)))})", "the file is damaged; export the series again");

        double[] normal = [(r[1] * c[2]) - (r[2] * c[1]), (r[2] * c[0]) - (r[0] * c[2]), (r[0] * c[1]) - (r[1] * c[0])];
        double length = Math.Sqrt(Dot(normal, normal));
        return [.. normal.Select(v => v / length)];
    }

    /// <summary>Leaves out slices that are there twice with the same voxels, and refuses positions with several images.</summary>
    private static List<DicomSlice> WithoutCopies(string path, List<DicomSlice> ordered, double[] normal, DicomSource source, List<string> warnings)
    {
        List<DicomSlice> kept = [ordered[0]];
        List<string> copies = [];
        foreach (DicomSlice slice in ordered.Skip(1))
        {
            DicomSlice before = kept[^1];
            if (Along(slice, normal) - Along(before, normal) > SamePosition)
            {
                kept.Add(slice);
            }
            else if (SideStep(before, slice, normal) <= SamePosition && Same(before, slice, source))
            {
                copies.Add(slice.Name);
            }
            else
            {
                int positions = ordered.Zip(ordered.Skip(1)).Count(p => Along(p.Second, normal) - Along(p.First, normal) > SamePosition) + 1;
                throw new FileFormatException(
                    path,
                    $"{ordered.Count} slices lie at {positions} positions: {before.Name} and {slice.Name} have the same one ({Place(before)}) and other voxels{Difference(before, slice)}",
                    "put the slices of each time, echo or reconstruction into a folder of its own");
            }
        }

        if (copies.Count > 0) warnings.Add($"{string.Join(", ", copies.Take(NamesShown))}{(copies.Count > NamesShown ? $" and {copies.Count - NamesShown} more" : "")} {(copies.Count == 1 ? "is a copy of another slice and was" : "are copies of other slices and were")} left out");
        return kept;
    }

    private static bool Same(DicomSlice one, DicomSlice other, DicomSource source)
    {
        if (one.Slope != other.Slope || one.Intercept != other.Intercept || DicomFrames.PixelForm.Of(one.File) != DicomFrames.PixelForm.Of(other.File)) return false;
        using DicomPixels pixels = DicomPixels.Of(source, one), others = DicomPixels.Of(source, other);
        return pixels.Stored(one.Frame).SequenceEqual(others.Stored(other.Frame));
    }

    /// <summary>What tells two slices of one position apart, for an error.</summary>
    private static string Difference(DicomSlice one, DicomSlice other)
    {
        foreach (DicomTag tag in (DicomTag[])[DicomTag.EchoTime, DicomTag.TemporalPositionIdentifier, DicomTag.DiffusionBValue, DicomTag.AcquisitionNumber, DicomTag.ImageType, DicomTag.TriggerTime, DicomTag.AcquisitionTime, DicomTag.ContentTime, DicomTag.InstanceNumber])
        {
            string a = string.Join('\\', one.File.Data.Texts(tag)), b = string.Join('\\', other.File.Data.Texts(tag));
            if (a != b) return $"; they differ in {tag} ({(a.Length == 0 ? "none" : a)} and {(b.Length == 0 ? "none" : b)})";
        }

        return "";
    }

    /// <summary>The distance between slices, where they lie evenly one behind the other.</summary>
    private static double Spacing(string path, List<DicomSlice> slices, double[] normal, List<string> warnings)
    {
        DicomSlice first = slices[0], last = slices[^1];
        double pixel = Math.Min(first.RowSpacing!.Value, first.ColumnSpacing!.Value);
        DicomSlice farthest = slices.MaxBy(s => SideStep(first, s, normal))!;
        double side = SideStep(first, farthest, normal);
        if (side > LargestSideStep * pixel)
        {
            double degrees = Math.Atan2(side, Math.Abs(Along(farthest, normal) - Along(first, normal))) * 180 / Math.PI;
            throw new FileFormatException(
                path,
                string.Create(CultureInfo.InvariantCulture, $"the slices are shifted against each other: {farthest.Name} lies {side:0.##} mm beside the line through {first.Name} (a tilt of {degrees:0.#} degrees{(first.File.Data.Number(DicomTag.GantryDetectorTilt) is { } tilt and not 0 ? FormattableString.Invariant($", the gantry's is {tilt:0.##}") : "")})"),
                "make a straight volume of it first, such as with dcm2niix, which corrects the tilt of CT (its file that ends with _Tilt_1)");
        }

        double mean = (Along(last, normal) - Along(first, normal)) / (slices.Count - 1);
        double[] steps = [.. slices.Zip(slices.Skip(1), (a, b) => Along(b, normal) - Along(a, normal))];
        double usual = steps.Order().ElementAt((steps.Length - 1) / 2); // of two the smaller: the larger is the gap
        double uneven = slices.Select((s, z) => Math.Abs(Along(s, normal) - Along(first, normal) - (z * mean))).Max();
        int gap = Array.FindIndex(steps, s => s > 1.5 * usual);
        if (gap >= 0 || uneven > LargestUnevenness * mean)
        {
            int gaps = steps.Count(s => s > 1.5 * usual);
            string what = gap >= 0
                ? string.Create(CultureInfo.InvariantCulture, $"slices are missing: {slices[gap].Name} ({Place(slices[gap])}) and {slices[gap + 1].Name} ({Place(slices[gap + 1])}) are {steps[gap]:0.###} mm apart, the others {usual:0.###} mm{(gaps > 1 ? $" ({gaps} such gaps, this is the first)" : "")}")
                : string.Create(CultureInfo.InvariantCulture, $"the slices are not evenly spaced: {steps.Min():0.###} to {steps.Max():0.###} mm apart");
            throw new FileFormatException(path, what, gap >= 0 ? "copy the missing files, or give the parts before and after the gap as images of their own" : "resample the series to evenly spaced slices first, such as with dcm2niix (its file that ends with _Eq_1)");
        }

        if (uneven > NotedUnevenness * mean) warnings.Add(string.Create(CultureInfo.InvariantCulture, $"the slices are {steps.Min():0.####} to {steps.Max():0.####} mm apart, and were taken as {mean:0.####} mm apart"));
        return mean;
    }

    private static double Thickness(DicomSlice slice, List<string> warnings)
    {
        DicomDataSet data = slice.File.Data;
        DicomDataSet measures = data.Item(DicomTag.PerFrameFunctionalGroupsSequence)?.Item(DicomTag.PixelMeasuresSequence) ?? data.Item(DicomTag.SharedFunctionalGroupsSequence)?.Item(DicomTag.PixelMeasuresSequence) ?? data;
        double? told = measures.Number(DicomTag.SpacingBetweenSlices) ?? measures.Number(DicomTag.SliceThickness);
        double taken = told is > 0 && double.IsFinite(told.Value) ? told.Value : 1;
        warnings.Add(string.Create(CultureInfo.InvariantCulture, $"there is one slice, and {taken:0.####} mm was taken as its thickness"));
        return taken;
    }

    private static double Along(DicomSlice slice, double[] normal) => Dot(slice.Position!, normal);

    /// <summary>How far a slice lies beside the line through another one along the normal, in millimetres.</summary>
    private static double SideStep(DicomSlice one, DicomSlice other, double[] normal)
    {
        double along = Along(other, normal) - Along(one, normal);
        double[] rest = [.. Enumerable.Range(0, 3).Select(i => other.Position![i] - one.Position![i] - (along * normal[i]))];
        return Math.Sqrt(Dot(rest, rest));
    }

    private static string Place(DicomSlice slice) => "at " + string.Join('\\', slice.Position!.Select(static v => v.ToString("0.###", CultureInfo.InvariantCulture)));

    private static double Dot(double[] a, double[] b) => (a[0] * b[0]) + (a[1] * b[1]) + (a[2] * b[2]);
}
