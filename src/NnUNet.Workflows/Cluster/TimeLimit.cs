using System.Globalization;
using System.Text.RegularExpressions;
using NnUNet.Foundation;

namespace NnUNet.Workflows.Cluster;

/// <summary>The time after which a queue ends a job, and how much of it the work may take.</summary>
/// <param name="Value">The time; at least a minute.</param>
internal readonly partial record struct TimeLimit(TimeSpan Value)
{
    private static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(5);

    /// <summary>What a job needs before and after its work: to begin, to save, and to be queued again.</summary>
    /// <value>Five minutes; of limits below 50 minutes a tenth.</value>
    public TimeSpan Margin => TimeSpan.FromSeconds(Math.Round(Math.Min(LongestMargin.TotalSeconds, Value.TotalSeconds / 10)));

    /// <summary>The time that the work may take (<c>--max-time</c>).</summary>
    public TimeSpan Work => Value - Margin;

    /// <summary>Seconds before the limit at which Slurm warns by a signal, for work that knows no <c>--max-time</c>.</summary>
    /// <value>Two minutes where the margin is five.</value>
    public static int WarningSeconds(TimeLimit? limit) => (int)Math.Max(1, (limit?.Margin ?? LongestMargin).TotalSeconds * 2 / 5);

    /// <summary>Reads a time as Slurm does (minutes, or hours:minutes:seconds, also behind days and a dash), or with units (90m, 12h, 1d12h).</summary>
    /// <exception cref="DescribedException">It is none, or less than a minute.</exception>
    public static TimeLimit Parse(string text)
    {
        TimeSpan? time = OfSlurm(text) ?? OfUnits(text);
        return time is { } found && found >= TimeSpan.FromMinutes(1)
            ? new TimeLimit(found)
            : throw new DescribedException("--time", $"\"{text}\" is no time of a minute or more", "give it as 24:00:00, 2-12:00:00, 90 (minutes), 12h or 1d12h");
    }

    /// <summary>A time as <c>--max-time</c> takes it, such as <c>23h55m</c>.</summary>
    public static string WithUnits(TimeSpan time)
    {
        (int Number, string Unit)[] parts = [((int)time.TotalDays, "d"), (time.Hours, "h"), (time.Minutes, "m"), (time.Seconds, "s")];
        return string.Concat(parts.Where(static p => p.Number > 0).Select(static p => string.Create(CultureInfo.InvariantCulture, $"{p.Number}{p.Unit}")));
    }

    /// <summary>The time as Slurm writes it: <c>1-12:00:00</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{((int)Value.TotalDays > 0 ? $"{(int)Value.TotalDays}-" : "")}{Value.Hours:00}:{Value.Minutes:00}:{Value.Seconds:00}");

    private static TimeSpan? OfSlurm(string text)
    {
        Match match = SlurmPattern().Match(text);
        if (!match.Success) return null;

        int[] parts = [.. match.Groups["part"].Captures.Select(static c => Number(c.ValueSpan))];
        if (match.Groups["days"] is { Success: true, ValueSpan: var days }) return new TimeSpan(Number(days), parts[0], parts.ElementAtOrDefault(1), parts.ElementAtOrDefault(2));
        return parts switch
        {
            [int minutes] => TimeSpan.FromMinutes(minutes),
            [int minutes, int seconds] => new TimeSpan(0, minutes, seconds),
            _ => new TimeSpan(parts[0], parts[1], parts[2]),
        };
    }

    private static TimeSpan? OfUnits(string text)
    {
        Match match = UnitsPattern().Match(text);
        if (!match.Success) return null;
        int[] parts = [.. match.Groups.Values.Skip(1).Select(static g => g.Success ? Number(g.ValueSpan) : 0)];
        return new TimeSpan(parts[0], parts[1], parts[2], parts[3]);
    }

    private static int Number(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex("^((?<days>[0-9]{1,4})-)?(?<part>[0-9]{1,6})(:(?<part>[0-9]{1,2})){0,2}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SlurmPattern();

    [GeneratedRegex("^(?:([0-9]{1,4})d)?(?:([0-9]{1,5})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,7})s)?$", RegexOptions.CultureInvariant)]
    private static partial Regex UnitsPattern();
}
