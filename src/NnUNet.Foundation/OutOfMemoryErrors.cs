using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace NnUNet.Foundation;

/// <summary>Recognises errors of a full memory, the runtime's and those of native libraries.</summary>
/// <remarks>Those of torch come as an <see cref="ExternalException"/> with the text of its C++ exception, and nothing else tells what they are.</remarks>
public static partial class OutOfMemoryErrors
{
    private static readonly string[] Signs = ["out of memory", "DefaultCPUAllocator", "bad_alloc", "ALLOC_FAILED"];

    /// <summary>Which memory was full, in a few words for people; null where the error is another.</summary>
    public static string? Of(Exception error) => error switch
    {
        OutOfMemoryException => "the machine's memory is full",
        AggregateException several => several.Flatten().InnerExceptions.Select(Of).FirstOrDefault(static text => text is not null),
        ExternalException when Signs.Any(sign => error.Message.Contains(sign, StringComparison.OrdinalIgnoreCase)) =>
            $"{(error.Message.Contains("CUDA", StringComparison.Ordinal) ? "the CUDA device's" : "the machine's")} memory is full{Asked(error.Message)}",
        _ => null,
    };

    /// <summary>The error for people; null where it is another.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="where">What was being worked on.</param>
    /// <param name="remedy">What the user can do about a full memory.</param>
    public static DescribedException? Describe(Exception error, string where, string remedy) =>
        Of(error) is { } what ? new DescribedException(where, what, remedy, error) : null;

    private static string Asked(string message)
    {
        Match asked = AskedFor().Match(message);
        if (!asked.Success) return "";
        if (asked.Groups["unit"].Value != "bytes") return $" ({asked.Groups["number"].Value} {asked.Groups["unit"].Value} more were asked for)";

        double gigabytes = double.Parse(asked.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) / (1L << 30);
        return string.Create(CultureInfo.InvariantCulture, $" ({gigabytes:0.00} GiB more were asked for)");
    }

    [GeneratedRegex(@"ried to allocate (?<number>[\d.]+) ?(?<unit>bytes|[KMGT]iB)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex AskedFor();
}
