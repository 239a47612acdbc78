using System.Globalization;
using NnUNet.Cli.Machine;

namespace NnUNet.Cli.Frame;

/// <summary>How far a piece of work is.</summary>
/// <param name="Item">The case, file or step that was finished last; may be empty.</param>
/// <param name="Done">Items finished.</param>
/// <param name="Total">Items in all.</param>
/// <param name="Title">What is done, where work has several parts; null keeps the printer's title.</param>
internal readonly record struct Step(string Item, int Done, int Total, string? Title = null);

/// <summary>
/// Shows how far a piece of work is and how long it still takes: on a terminal one line that changes, in a log a line now
/// and then, and one line at the end in both. Safe for several threads.
/// </summary>
internal sealed class ProgressPrinter<T>(Terminal terminal, string title, Func<T, Step> read, TimeProvider clock) : IProgress<T>, IDisposable
{
    /// <summary>Between two states on a terminal.</summary>
    public static readonly TimeSpan TerminalPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Between two lines in a log.</summary>
    public static readonly TimeSpan LogPause = TimeSpan.FromSeconds(15);

    private const int BarLength = 24;
    private readonly Lock _gate = new();
    private string _title = title;
    private long _begin = clock.GetTimestamp();
    private long _last = clock.GetTimestamp();
    private TimeSpan _shown = TimeSpan.Zero;
    private int _most;
    private bool _ended;

    /// <inheritdoc/>
    public void Report(T value)
    {
        Step step = read(value);
        lock (_gate)
        {
            if (step.Title is { } next && next != _title) Begin(next);
            _last = clock.GetTimestamp();
            if (_ended || step.Done < _most) return; // threads may report out of order
            _most = step.Done;
            TimeSpan elapsed = clock.GetElapsedTime(_begin);
            bool last = step.Total > 0 && step.Done >= step.Total;
            if (last)
            {
                _ended = true;
                terminal.ClearStatus();
                terminal.Line($"{_title}: {Count(step)} in {Sizes.Text(elapsed)}");
                return;
            }

            if (elapsed - _shown < (terminal.Interactive ? TerminalPause : LogPause)) return;
            _shown = elapsed;
            if (terminal.Interactive) terminal.Status(TerminalLine(step, elapsed));
            else terminal.Line(LogLine(step, elapsed));
        }
    }

    /// <summary>Removes what stands on a terminal.</summary>
    public void Dispose() => terminal.ClearStatus();

    // A part begins where the one before it reported last: its first report comes when its first item is done.
    private void Begin(string next) => (_title, _begin, _shown, _most, _ended) = (next, _last, TimeSpan.Zero, 0, false);

    private string TerminalLine(Step step, TimeSpan elapsed)
    {
        int full = step.Total == 0 ? 0 : (int)((long)BarLength * step.Done / step.Total);
        return $"{_title} [{new string('=', full)}{new string(' ', BarLength - full)}] {Count(step)}{Left(step, elapsed)} {step.Item}";
    }

    private string LogLine(Step step, TimeSpan elapsed) => $"{_title}: {Count(step)}{Left(step, elapsed)}";

    private static string Count(Step step) => string.Create(CultureInfo.InvariantCulture, $"{step.Done}/{step.Total}");

    private static string Left(Step step, TimeSpan elapsed) => step.Done == 0
        ? ""
        : $", {Sizes.Text(elapsed * ((double)(step.Total - step.Done) / step.Done))} left";
}
