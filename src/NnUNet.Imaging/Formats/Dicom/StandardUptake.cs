using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom;

/// <summary>Standardised uptake values of PET by body weight: what each series' values are multiplied by to be g/ml, where the caller asks for it.</summary>
/// <remarks>
/// SUV = activity (Bq/ml) x body weight (g) / dose (Bq), the dose decayed to the time to which the images were corrected. That is the begin of the scan: the
/// series' time, or the earliest acquisition where the series says a later one, as it does after processing. Asking goes with the work into its threads.
/// Source: the vendor-neutral recipe of QIBA's profile FDG-PET/CT (appendix G) for units, times and the private attributes of Philips and GE.
/// </remarks>
internal static class StandardUptake
{
    /// <summary>The command-line option that asks for it, for messages.</summary>
    public const string OptionName = "--suv";

    private const double LeastDose = 1e5; // becquerel: a tenth of what is given to a mouse
    private const double MostHalfLives = 10;
    private const string Remedy = "read the series in its stored unit (without --suv), or export it with these attributes";

    private static readonly AsyncLocal<bool> Asked = new();

    /// <summary>Whether PET is read as SUV now.</summary>
    public static bool IsAsked => Asked.Value;

    /// <summary>Has PET read as SUV, or in its stored unit, in what the caller does until the result is disposed.</summary>
    /// <param name="asked">Whether as SUV.</param>
    public static IDisposable Ask(bool asked) => new Scope(asked);

    /// <summary>Whether a file is of PET.</summary>
    public static bool IsPet(DicomFile file) => file.Data.Text(DicomTag.Modality) == "PT";

    /// <summary>The unit of stored values in words; null where they are SUV by body weight already, or of an unknown unit.</summary>
    public static string? StoredUnit(DicomFile file) => file.Data.Text(DicomTag.Units) switch
    {
        "BQML" => "Bq/ml",
        "CNTS" => "counts",
        _ => null,
    };

    /// <summary>What the rescaled values of a series are multiplied by.</summary>
    /// <param name="files">Its files, without their pixels.</param>
    /// <exception cref="FileFormatException">Something that is needed is missing or impossible; all of it in one message.</exception>
    public static double FactorOf(IReadOnlyList<DicomFile> files)
    {
        DicomFile first = files[0];
        DicomDataSet data = first.Data;
        if (files.Select(static f => f.Data.Text(DicomTag.Units)).Distinct().Count() > 1) throw Refused(first, "the slices have several units (Units)");
        string? unit = data.Text(DicomTag.Units);
        switch (unit)
        {
            case "GML":
                string kind = data.Text(DicomTag.SUVType) ?? "BW";
                return kind == "BW" ? 1 : throw Refused(first, $"the values are SUV by {kind} (SUVType), not by body weight");
            case "BQML":
                return PerActivity(files);
            case "CNTS":
                string? creator = data.Text(DicomTag.PhilipsPetCreator);
                bool isPhilips = creator is null || creator.StartsWith("Philips PET", StringComparison.OrdinalIgnoreCase);
                if (isPhilips && Positive(data, DicomTag.PhilipsSuvScaleFactor) is { } scale) return scale;
                if (isPhilips && Positive(data, DicomTag.PhilipsActivityScaleFactor) is { } activity) return activity * PerActivity(files);
                throw Refused(first, "the values are counts (Units CNTS), and neither of Philips' scale factors (7053,1000), (7053,1009) is there");
            default:
                throw Refused(first, $"the values are {unit ?? "of a unit that is not told"} (Units), and SUV is made of BQML, CNTS (Philips) and GML");
        }
    }

    /// <summary>SUV of one Bq/ml.</summary>
    private static double PerActivity(IReadOnlyList<DicomFile> files)
    {
        DicomFile first = files[0];
        DicomDataSet data = first.Data;
        DicomDataSet injected = data.Item(DicomTag.RadiopharmaceuticalInformationSequence) ?? new DicomDataSet(data, DicomTag.RadiopharmaceuticalInformationSequence, 0);
        string? correction = data.Text(DicomTag.DecayCorrection);
        IReadOnlyList<string> corrected = data.Texts(DicomTag.CorrectedImage);
        List<string> missing = [];
        if (correction is null) missing.Add(nameof(DicomTag.DecayCorrection));
        double? weight = Needed(data, DicomTag.PatientWeight, missing), dose = Needed(injected, DicomTag.RadionuclideTotalDose, missing);
        double? halfLife = correction == "ADMIN" ? null : Needed(injected, DicomTag.RadionuclideHalfLife, missing);
        bool hasStart = injected.Text(DicomTag.RadiopharmaceuticalStartDateTime) is not null || injected.Text(DicomTag.RadiopharmaceuticalStartTime) is not null;
        if (correction != "ADMIN" && !hasStart) missing.Add(nameof(DicomTag.RadiopharmaceuticalStartTime));
        if (missing.Count > 0) throw Refused(first, $"SUV cannot be computed: {string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} missing or 0");
        if (correction is not ("START" or "ADMIN")) throw Refused(first, $"SUV cannot be computed: the images are corrected for decay to {correction} (DecayCorrection), but must be to START or ADMIN");
        if (corrected.Count > 0 && !(corrected.Contains("ATTN") && corrected.Contains("DECY")))
            throw Refused(first, $"SUV cannot be computed: the images are corrected for {string.Join(", ", corrected)} (CorrectedImage), but must be for attenuation (ATTN) and decay (DECY)");
        if (dose < LeastDose) throw Refused(first, string.Create(CultureInfo.InvariantCulture, $"SUV cannot be computed: RadionuclideTotalDose is {dose} Bq, which is no dose; it may be in another unit"));

        double left = dose!.Value;
        if (correction == "START")
        {
            double seconds = Delay(files, injected);
            if (seconds > MostHalfLives * halfLife) throw Refused(first, string.Create(CultureInfo.InvariantCulture, $"SUV cannot be computed: the injection lies {seconds / 60:0} minutes before the scan, more than {MostHalfLives:0} half-lives of {halfLife / 60:0.#} minutes"));
            left *= Math.Pow(2, -seconds / halfLife!.Value);
        }

        return weight!.Value * 1000 / left;
    }

    /// <summary>Seconds from the injection to the time to which the images are corrected.</summary>
    private static double Delay(IReadOnlyList<DicomFile> files, DicomDataSet injected)
    {
        DicomFile first = files[0];
        DicomDataSet data = first.Data;
        Moment? series = At(data, DicomTag.SeriesDate, DicomTag.SeriesTime);
        Moment? earliest = files.Select(static f => At(f.Data, DicomTag.AcquisitionDate, DicomTag.AcquisitionTime) ?? Stated(f.Data, DicomTag.AcquisitionDateTime, null)).Where(static m => m is not null).MinBy(static m => m!.Value.Time);
        Moment scan = series is { } told && (earliest is not { } acquired || told.Time <= acquired.Time || told.HasDate != acquired.HasDate)
            ? told
            : GeScan(data) ?? earliest ?? throw Refused(first, "SUV cannot be computed: SeriesTime and AcquisitionTime are missing");

        string? zone = data.Text(DicomTag.TimezoneOffsetFromUTC);
        if (Stated(injected, DicomTag.RadiopharmaceuticalStartDateTime, zone) is { } stated && scan.HasDate)
        {
            double seconds = (scan.Time - stated.Time).TotalSeconds;
            return seconds >= 0 ? seconds : throw Refused(first, string.Create(CultureInfo.InvariantCulture, $"SUV cannot be computed: RadiopharmaceuticalStartDateTime ({stated.Time:yyyy-MM-dd HH:mm:ss}) is after the begin of the scan ({scan.Time:yyyy-MM-dd HH:mm:ss})"));
        }

        // A time without date is of the day of the scan, or of the evening before.
        TimeSpan start = TimeOf(injected, DicomTag.RadiopharmaceuticalStartTime) ?? Stated(injected, DicomTag.RadiopharmaceuticalStartDateTime, zone)?.Time.TimeOfDay
            ?? throw Refused(first, "SUV cannot be computed: the injection's time cannot be read (RadiopharmaceuticalStartTime)");
        double passed = (scan.Time.TimeOfDay - start).TotalSeconds;
        return passed >= 0 ? passed : passed + TimeSpan.FromDays(1).TotalSeconds;
    }

    /// <summary>The begin of the scan as GE notes it.</summary>
    private static Moment? GeScan(DicomDataSet data) => data.Text(DicomTag.GePetCreator) == "GEMS_PETD_01" ? Stated(data, DicomTag.GeScanDateTime, null) : null;

    private static Moment? At(DicomDataSet data, DicomTag date, DicomTag time)
    {
        if (TimeOf(data, time) is not { } clock) return null;
        return DateTime.TryParseExact(data.Text(date)?.Replace(".", "", StringComparison.Ordinal), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime day)
            ? new Moment(day + clock, HasDate: true)
            : new Moment(DateTime.MinValue + clock, HasDate: false);
    }

    /// <summary>A date with a time (DT); one of another time zone than the file's is turned into it.</summary>
    private static Moment? Stated(DicomDataSet data, DicomTag tag, string? zone)
    {
        if (data.Text(tag) is not { Length: >= 12 } text) return null;
        int sign = text.IndexOfAny(['+', '-'], 8);
        string local = sign < 0 ? text : text[..sign];
        if (!DateTime.TryParseExact(local[..8], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime day) || Clock(local[8..]) is not { } clock) return null;
        TimeSpan shift = sign >= 0 && Offset(text[sign..]) is { } own && Offset(zone) is { } here ? here - own : TimeSpan.Zero;
        DateTime time = day + clock;
        return time.Ticks + shift.Ticks >= 0 ? new Moment(time + shift, HasDate: true) : null;
    }

    private static TimeSpan? Offset(string? zone) =>
        zone is { Length: 5 } && int.TryParse(zone[1..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number % 100 < 60 && number <= 1400
            ? (zone[0] == '-' ? -1 : 1) * new TimeSpan(number / 100, number % 100, 0)
            : null;

    private static TimeSpan? TimeOf(DicomDataSet data, DicomTag tag) => data.Text(tag) is { } text ? Clock(text.Replace(":", "", StringComparison.Ordinal)) : null;

    /// <summary>A time as DICOM has it, HHMMSS.FFFFFF, of which the end may be missing.</summary>
    private static TimeSpan? Clock(string text)
    {
        string whole = text.Split('.')[0];
        if (whole.Length is not (2 or 4 or 6) || !whole.All(char.IsAsciiDigit)) return null;
        int hours = int.Parse(whole[..2], CultureInfo.InvariantCulture), minutes = whole.Length > 2 ? int.Parse(whole[2..4], CultureInfo.InvariantCulture) : 0;
        double seconds = 0;
        if (whole.Length == 6 && !double.TryParse(text[4..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds)) return null;
        return hours < 24 && minutes < 60 && seconds < 61 ? new TimeSpan(hours, minutes, 0) + TimeSpan.FromSeconds(seconds) : null;
    }

    private static double? Needed(DicomDataSet data, DicomTag tag, List<string> missing)
    {
        double? value = Positive(data, tag);
        if (value is null) missing.Add(tag.ToString());
        return value;
    }

    private static double? Positive(DicomDataSet data, DicomTag tag) => data.Number(tag) is { } number && number > 0 && double.IsFinite(number) ? number : null;

    private static FileFormatException Refused(DicomFile file, string what) => new(file.Path, what, Remedy);

    /// <summary>A time, with its date where the file tells it.</summary>
    private readonly record struct Moment(DateTime Time, bool HasDate);

    private sealed class Scope : IDisposable
    {
        private readonly bool _outer = Asked.Value;

        public Scope(bool asked) => Asked.Value = asked;

        public void Dispose() => Asked.Value = _outer;
    }
}
