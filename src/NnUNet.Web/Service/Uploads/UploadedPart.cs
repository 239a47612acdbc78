using System.Globalization;
using System.Text.RegularExpressions;

namespace NnUNet.Web.Service.Uploads;

/// <summary>What a part of an upload is, by its name.</summary>
/// <param name="Channel">The channel's number; null for the segmentation of a cascade's first stage.</param>
/// <param name="IsSeries">Whether it is an archive of a DICOM series.</param>
internal sealed partial record UploadedPart(int? Channel, bool IsSeries)
{
    /// <summary>The names of parts, for messages.</summary>
    public const string Names = "channel_0, channel_1, …; series (or series_0, series_1, …) for a zip archive of a DICOM series; previous_stage";

    /// <summary>Reads a name; null for one that no part of an image has.</summary>
    public static UploadedPart? Of(string name)
    {
        if (name == "previous_stage") return new UploadedPart(null, IsSeries: false);
        Match match = Pattern().Match(name);
        if (!match.Success) return null;
        Group number = match.Groups["number"];
        bool isSeries = match.Groups["kind"].Value == "series";
        return number.Success ? new UploadedPart(int.Parse(number.ValueSpan, CultureInfo.InvariantCulture), isSeries) : isSeries ? new UploadedPart(0, IsSeries: true) : null;
    }

    [GeneratedRegex("^(?<kind>channel|series)(?:_(?<number>[0-9]{1,4}))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
