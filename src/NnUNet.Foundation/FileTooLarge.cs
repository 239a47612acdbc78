namespace NnUNet.Foundation;

/// <summary>A file that may not grow any further: by the limit of the process (<c>ulimit -f</c>) or of the file system.</summary>
public static class FileTooLarge
{
    /// <summary>What is wrong, and what to do, as in the message of an error.</summary>
    public const string What = "the file is larger than the limit of this shell or of the disk allows";

    /// <summary>What to do.</summary>
    public const string Remedy = "raise the limit (ulimit -f unlimited), or write to another disk";

    private const int SystemError = 27; // EFBIG on Linux and macOS

    /// <summary>Whether an error says so: the framework tells it of some calls as a wrong length.</summary>
    /// <param name="error">The error of a write.</param>
    public static bool IsCauseOf(Exception error) => error switch
    {
        IOException io => io.HResult == SystemError,
        ArgumentOutOfRangeException range => range is { ParamName: "value", ActualValue: null } && range.Message.StartsWith("Specified file length was too large", StringComparison.Ordinal),
        _ => false,
    };
}
