using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;

namespace NnUNet.Cli.Children;

/// <summary>How a child process ended.</summary>
/// <param name="ExitCode">Its exit code; for one that a signal ended, 128 and the signal's number.</param>
/// <param name="Error">Why its command could not go on, by its own word; null where it said nothing of that kind.</param>
/// <param name="LastWords">The last of what it printed besides its reports; may be empty.</param>
internal sealed record EndOfChild(int ExitCode, RunError? Error, string LastWords)
{
    /// <summary>Whether it stopped at a safe place, as it was told to.</summary>
    public bool IsInterrupted => ExitCode == CommandLine.Interrupted;

    /// <summary>The end as an error of the parent's.</summary>
    /// <param name="where">What the child did, and where.</param>
    /// <param name="goOn">How to continue, such as "repeat the command to go on".</param>
    public DescribedException Failure(string where, string goOn)
    {
        if (IsInterrupted) return new DescribedException(where, "its process was interrupted by a signal of its own", goOn);
        if (Error is { Where: { } place, What: { } what, Remedy: { } remedy }) return new DescribedException(place, what, remedy);
        if (Error is { } error) return new DescribedException(where, error.Message.TrimEnd('.'), goOn);
        string words = LastWords.Length == 0 ? "" : $" (its last words: {LastWords.TrimEnd('.')})";
        return new DescribedException(where, $"its process {How}{words}", goOn);
    }

    private string How
    {
        get
        {
            if (ProcessSignals.Of(ExitCode) is not { } signal) return string.Create(CultureInfo.InvariantCulture, $"ended with exit code {ExitCode} before its work was done");
            string? known = ProcessSignals.Name(signal);
            string name = known is null ? "" : $" ({known})";
            string why = known == ProcessSignals.Kill ? ", which the system sends too where memory runs out" : "";
            return string.Create(CultureInfo.InvariantCulture, $"was killed by signal {signal}{name}{why}");
        }
    }
}
