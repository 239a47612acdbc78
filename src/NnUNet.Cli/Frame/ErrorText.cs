using System.Reflection;
using NnUNet.Foundation;

namespace NnUNet.Cli.Frame;

/// <summary>What a person reads about an error.</summary>
internal static class ErrorText
{
    private const int TooManyOpenFiles = 24; // EMFILE on Linux and macOS
    private const int TooManyOpenFilesOfTheSystem = 23; // ENFILE
    private const string RaiseTheLimit = "raise the limit (ulimit -n 1024 or more), or use fewer threads";

    /// <summary>The error in one line; the stack trace below it where asked for.</summary>
    public static string Of(Exception error, bool debug)
    {
        string text = Surroundings(error) ?? error switch
        {
            DescribedException described => described.Message,
            _ when Causes(error).Any(FileTooLarge.IsCauseOf) => $"{FileTooLarge.What}; {FileTooLarge.Remedy}.",
            _ when OutOfMemoryErrors.Of(error) is { } full => $"{full}; close other programs, or use fewer threads, smaller images or a smaller patch.",
            UnauthorizedAccessException or IOException => error.Message,
            _ => $"internal error: {error.GetType().Name}: {error.Message}; please report it with the output of the same command and --debug.",
        };
        return debug ? $"{text}{Environment.NewLine}{error}" : text;
    }

    /// <summary>What keeps the process as a whole from working, which its errors tell of in many ways; null where nothing does.</summary>
    private static string? Surroundings(Exception error)
    {
        IOException[] causes = [.. Causes(error).OfType<IOException>()];
        if (causes.Any(static e => e.HResult is TooManyOpenFiles or TooManyOpenFilesOfTheSystem) || (Causes(error).Any(IsOfLoading) && OpenFilesAreUsedUp()))
        {
            string where = causes.Select(static e => e.Message).FirstOrDefault(static m => m.Contains(" : ", StringComparison.Ordinal)) is { } message ? message[(message.IndexOf(" : ", StringComparison.Ordinal) + 3)..].Trim('\'', ' ', '.') + ": " : "";
            return $"{where}too many files are open at a time for the limit of this shell; {RaiseTheLimit}.";
        }

        return null;
    }

    private static IEnumerable<Exception> Causes(Exception error)
    {
        for (Exception? at = error; at is not null; at = at.InnerException)
        {
            yield return at;
            if (at is AggregateException several)
            {
                foreach (Exception inner in several.InnerExceptions.Skip(1).SelectMany(Causes)) yield return inner;
            }
        }
    }

    private static bool IsOfLoading(Exception error) =>
        error is FileNotFoundException or FileLoadException or TypeInitializationException or ReflectionTypeLoadException or DllNotFoundException or BadImageFormatException;

    private static bool OpenFilesAreUsedUp()
    {
        const int Needed = 8; // a library and what it depends on
        List<IDisposable> opened = [];
        try
        {
            while (opened.Count < Needed) opened.Add(File.OpenHandle(OperatingSystem.IsWindows() ? Environment.ProcessPath! : "/dev/null"));
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        finally
        {
            foreach (IDisposable handle in opened) handle.Dispose();
        }
    }
}
