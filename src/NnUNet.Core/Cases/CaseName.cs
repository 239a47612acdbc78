using System.Globalization;
using System.Text.RegularExpressions;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Cases;

/// <summary>The names of cases and of their files: <c>CASE_0000.nii.gz</c>, <c>CASE_0001.nii.gz</c>, … and <c>CASE.nii.gz</c>.</summary>
public static partial class CaseName
{
    /// <summary>The case's name in a path: without folder and image ending, in composed form.</summary>
    /// <param name="path">A file's or folder's path or name, separated as on any system.</param>
    public static string Of(string path)
    {
        string name = FileName(path);
        return ComposedForm.Of(name[..^Ending(path).Length]);
    }

    /// <summary>
    /// The image ending of a name as it is written there: the longest one that a format knows, else the last dot with what follows it, unless
    /// that begins with a digit. A folder that is an image has the ending that its format knows, or none: <c>1.2.840</c> is a whole name.
    /// </summary>
    public static string Ending(string path)
    {
        if (ImageLocation.Of(path) is { IsFolder: true } folder) return folder.Ending;

        string name = FileName(path);
        // Of a file beside the one that opens an image (the .img of a pair), the name is the image's.
        return (ImageFile.NameWithoutEnding(name) ?? (ImageFile.OpeningFile(name) is { } opening ? ImageFile.NameWithoutEnding(opening) : null)) is { } stem
            ? name[stem.Length..]
            : UnknownEnding().Match(name).Value;
    }

    /// <summary>The name of a channel's file: <c>CASE_0000.nii.gz</c>.</summary>
    public static string ChannelFile(string caseId, int channel, string ending) =>
        string.Create(CultureInfo.InvariantCulture, $"{caseId}_{channel:0000}{ending}");

    /// <summary>Takes a channel's name (without ending) apart; false where it does not end with a channel's four digits.</summary>
    public static bool TrySplit(string name, out string caseId, out int channel)
    {
        Match match = ChannelName().Match(name);
        caseId = match.Groups["case"].Value;
        channel = match.Success ? int.Parse(match.Groups["channel"].ValueSpan, CultureInfo.InvariantCulture) : -1;
        return match.Success;
    }

    /// <summary>The last part of a path that is separated as on any system.</summary>
    internal static string FileName(string path)
    {
        string plain = path.TrimEnd('/', '\\');
        return plain[(plain.LastIndexOfAny(['/', '\\']) + 1)..];
    }

    [GeneratedRegex(@"\.[A-Za-z][A-Za-z0-9]*$", RegexOptions.CultureInvariant)]
    private static partial Regex UnknownEnding();

    [GeneratedRegex("^(?<case>.+)_(?<channel>[0-9]{4})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ChannelName();
}
