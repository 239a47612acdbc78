using System.Text.RegularExpressions;
using NnUNet.Foundation;

namespace NnUNet.Web.Frame;

/// <summary>What is wrong in the words of the commands, without the places of this machine.</summary>
internal static partial class SafeWords
{
    /// <summary>The words of an error.</summary>
    public static string Of(DescribedException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Of(error.Message);
    }

    /// <summary>A text in which paths of this machine are cut to the names of their files.</summary>
    public static string Of(string text) => AbsolutePath().Replace(text, static path => path.Groups["name"].Value);

    // A path begins the text or stands after a space or a bracket; addresses of the web (http://…) are none.
    [GeneratedRegex(@"(?<=^|[\s""'(\[])(?:[A-Za-z]:)?(?:[/\\][^/\\\s""'()\[\]:;,]+)*[/\\](?<name>[^/\\\s""'()\[\]:;,]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AbsolutePath();
}
