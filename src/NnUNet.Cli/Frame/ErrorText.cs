using NnUNet.Foundation;

namespace NnUNet.Cli.Frame;

/// <summary>What a person reads about an error.</summary>
internal static class ErrorText
{
    /// <summary>The error in one line; the stack trace below it where asked for.</summary>
    public static string Of(Exception error, bool debug)
    {
        string text = error switch
        {
            DescribedException described => described.Message,
            _ when OutOfMemoryErrors.Of(error) is { } full => $"{full}; close other programs, or use fewer threads, smaller images or a smaller patch.",
            UnauthorizedAccessException or IOException => error.Message,
            _ => $"internal error: {error.GetType().Name}: {error.Message}; please report it with the output of the same command and --debug.",
        };
        return debug ? $"{text}{Environment.NewLine}{error}" : text;
    }
}
