using NnUNet.Core.Running;

namespace NnUNet.Cli.Frame;

/// <summary>How far a piece of work is.</summary>
/// <param name="Item">The case, file or step in work, or the one that was finished last; may be empty.</param>
/// <param name="Done">Items finished.</param>
/// <param name="Total">Items in all; 0 where nobody knows.</param>
/// <param name="Title">What is done, where work has several parts; null keeps the printer's title.</param>
internal readonly record struct Step(string Item, long Done, long Total, string? Title = null)
{
    private readonly double? _share;

    /// <summary>How much of the work is done, 0 to 1, items that are not finished included; that of the items unless it is set.</summary>
    public double Share
    {
        get => _share ?? (Total > 0 ? (double)Done / Total : 0);
        init => _share = value;
    }

    /// <summary>Where in the item the work is, such as "network, tiles 3/20"; may be empty.</summary>
    public string Detail { get; init; } = "";

    /// <summary>What follows the numbers, with its space; empty for items.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Whether what is done so far tells nothing about speed: estimates count from here.</summary>
    public bool Begins { get; init; }

    /// <summary>What a log has a line of, whenever it comes, such as "case_1 done": people look for it there; empty for nothing.</summary>
    public string Event { get; init; } = "";
}

/// <summary>
/// Shows how far a piece of work is and how long it still takes: on a terminal one line that changes, in a log a line now
/// and then, and one line at the end in both. The time goes on while no report comes. Safe for several threads.
/// </summary>
/// <param name="terminal">Where to print.</param>
/// <param name="title">What is done.</param>
/// <param name="read">How far a report says that the work is; called by one thread at a time, in the order of the reports.</param>
/// <param name="clock">The time.</param>
/// <param name="changing">Whether one line changes; null where the terminal can do so.</param>
internal sealed class ProgressPrinter<T>(Terminal terminal, string title, Func<T, Step> read, TimeProvider clock, bool? changing = null) : IProgress<T>, IDisposable
{
    /// <summary>Between two states on a terminal.</summary>
    public static readonly TimeSpan TerminalPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Between two looks at the time where no report comes.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LeastLogPause = TimeSpan.FromSeconds(30), MostLogPause = TimeSpan.FromMinutes(5);

    /// <summary>A log has at most as many lines until work has taken twice its time.</summary>
    private const double LogLines = 20;

    private readonly bool _changing = changing ?? terminal.Interactive;
    private readonly Lock _gate = new();
    private readonly RemainingTime _left = new(clock);
    private string _title = title;
    private long _begin = clock.GetTimestamp();
    private long _last = clock.GetTimestamp();
    private TimeSpan _shown = TimeSpan.Zero;
    private Step? _step;
    private bool _ended;
    private ITimer? _beat;

    /// <summary>Between two lines in a log: half a minute, and more in work of more than ten minutes.</summary>
    /// <param name="elapsed">The time that the work has taken.</param>
    public static TimeSpan LogPause(TimeSpan elapsed) => TimeSpan.FromTicks(Math.Clamp((elapsed / LogLines).Ticks, LeastLogPause.Ticks, MostLogPause.Ticks));

    /// <inheritdoc/>
    public void Report(T value)
    {
        lock (_gate)
        {
            Step step = read(value);
            bool again = _ended && step is { Done: 0, Total: > 0 };
            if (again || (step.Title is { } next && next != _title)) Begin(step.Title ?? _title);
            _last = clock.GetTimestamp();
            if (_step is null && step.Done == 0) Begin(_title);
            if (_ended || step is { Done: 0, Total: 0 } || step.Done < _step?.Done) return; // threads may report out of order
            if (step.Begins) _left.Begin(step.Share);
            else _left.Report(step.Share);
            _step = step;
            terminal.Note?.Report(NoteOf(step));
            if (!_changing && step.Event.Length > 0) Show(step with { Item = step.Event, Detail = "" }, Elapsed());
            if (step.Total > 0 && step.Done >= step.Total) End(step);
            else ShowIfDue();
        }
    }

    /// <summary>Removes what stands on a terminal. Nothing is shown afterwards.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            _beat?.Dispose();
            terminal.ClearStatus();
        }
    }

    private RunStep NoteOf(Step step) => new()
    {
        Title = _title,
        Item = step.Item,
        Detail = step.Detail,
        Done = step.Done,
        Total = step.Total,
        Share = Math.Clamp(Math.Max(step.Share, step.Total > 0 ? (double)step.Done / step.Total : 0), 0, 1),
        Remaining = _left.Left()?.TotalSeconds,
    };

    private TimeSpan Elapsed() => clock.GetElapsedTime(_begin);

    // A part begins with its first report, where that comes before its first item is done; else where the one before it reported last.
    private void Begin(string next)
    {
        (_title, _begin, _shown, _step, _ended) = (next, _last, TimeSpan.Zero, null, false);
        _left.Begin();
    }

    private void End(Step step)
    {
        _ended = true;
        _beat?.Dispose();
        _beat = null;
        if (_changing) terminal.ClearStatus();
        terminal.Line(ProgressText.Done(_title, step, Elapsed()));
    }

    private void ShowIfDue()
    {
        _beat ??= clock.CreateTimer(_ => Tick(), null, Beat, Beat);
        TimeSpan elapsed = Elapsed();
        if (elapsed - _shown >= (_changing ? TerminalPause : LogPause(elapsed))) Show(_step!.Value, elapsed);
    }

    private void Tick()
    {
        lock (_gate)
        {
            if (!_ended && _step is not null) ShowIfDue();
        }
    }

    private void Show(Step step, TimeSpan elapsed)
    {
        _shown = elapsed;
        string line = ProgressText.Running(_title, step, elapsed, _left.Left(), _changing ? terminal.Width : null, clock.GetLocalNow());
        if (_changing) terminal.Status(line);
        else terminal.Line(line);
    }
}
