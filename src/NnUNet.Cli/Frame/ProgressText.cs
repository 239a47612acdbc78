using System.Globalization;
using NnUNet.Cli.Machine;

namespace NnUNet.Cli.Frame;

/// <summary>How far a piece of work is, in words: n of m, the item in work, the time so far, and about how much is left.</summary>
internal static class ProgressText
{
    private const int BarLength = 16;

    /// <summary>A bar stands where as many columns stay for the rest: it must not come and go as the rest grows and shrinks.</summary>
    private const int RoomBesideBar = 68;

    /// <summary>Columns that a long name of an item keeps.</summary>
    private const int LeastItem = 12;

    /// <summary>Estimates below this need no time of day.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    /// <summary>The line while the work runs.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="step">How far it is.</param>
    /// <param name="elapsed">The time so far.</param>
    /// <param name="left">About how long it still takes; null where nobody can tell.</param>
    /// <param name="columns">Columns of the terminal; null for a log.</param>
    /// <param name="now">The local time.</param>
    public static string Running(string title, Step step, TimeSpan elapsed, TimeSpan? left, int? columns, DateTimeOffset now)
    {
        List<LinePiece> pieces = columns is null ? [new(0, $"{title}: {Count(step)}")] : [new(0, title), new(0, Count(step))];
        if (columns is { } room && HasBar(title, step, room)) pieces.Insert(1, new LinePiece(6, Bar(step)));
        int item = pieces.Count;
        if (step.Detail.Length > 0) pieces.Add(new LinePiece(2, step.Detail));
        pieces.Add(new LinePiece(3, columns is null ? $"{Sizes.Whole(elapsed)} so far" : Sizes.Whole(elapsed)));
        if (left is { } rest)
        {
            pieces.Add(new LinePiece(1, $"about {Sizes.About(rest)} left"));
            if (rest >= Long) pieces.Add(new LinePiece(4, "ends " + TimeOfDay(now + rest, now)));
        }

        if (step.Item.Length == 0) return FittedLine.Of(pieces, columns);
        if (columns is not { } width)
        {
            pieces.Insert(item, new LinePiece(0, step.Item));
            return FittedLine.Of(pieces, null);
        }

        // The name gives way before the rest does, and what is left out makes room for it.
        LinePiece shortest = new(5, Shortened(step.Item, LeastItem));
        pieces.Insert(item, shortest);
        string line = FittedLine.Of(pieces, width);
        string whole = Shortened(step.Item, LeastItem + Math.Max(0, width - 1 - TextWidth.Of(line)));
        pieces[item] = shortest with { Words = whole };
        return FittedLine.Of(pieces, width);
    }

    /// <summary>The line when the work is done.</summary>
    public static string Done(string title, Step step, TimeSpan elapsed) => $"{title}: {Count(step)} in {Sizes.Text(elapsed)}";

    /// <summary>A time of day for people: 14:32, Tue 14:32 within a week, 3 Dec 14:32 beyond it.</summary>
    public static string TimeOfDay(DateTimeOffset time, DateTimeOffset now)
    {
        string format = time.Date == now.Date ? "HH:mm" : time - now < TimeSpan.FromDays(6) ? "ddd HH:mm" : "d MMM HH:mm";
        return time.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A bar of which a part is full.</summary>
    /// <param name="full">Columns that are full, 0 to <paramref name="length"/>.</param>
    /// <param name="length">Columns between its ends.</param>
    public static string Bar(int full, int length) => $"[{new string('=', full)}{new string(' ', length - full)}]";

    private static string Count(Step step) => string.Create(CultureInfo.InvariantCulture, $"{step.Done}{(step.Total > 0 ? $"/{step.Total}" : "")}{step.Unit}");

    private static bool HasBar(string title, Step step, int columns) =>
        step.Total > 0 && columns - TextWidth.Of($"{title}  [{new string(' ', BarLength)}]  {Count(step)}") >= RoomBesideBar;

    private static string Bar(Step step)
    {
        double share = Math.Clamp(Math.Max(step.Share, (double)step.Done / step.Total), 0, 1);
        return Bar((int)(BarLength * share), BarLength);
    }

    private static string Shortened(string text, int columns) => TextWidth.Of(text) <= columns ? text : TextWidth.Cut(text, columns - 1) + "…";
}
