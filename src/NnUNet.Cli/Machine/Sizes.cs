using System.Globalization;

namespace NnUNet.Cli.Machine;

/// <summary>Sizes and times as people read them.</summary>
internal static class Sizes
{
    /// <summary>Bytes with a unit: 940 B, 12.3 MB, 7.5 GB (powers of 1024).</summary>
    public static string Text(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit < units.Length - 1)
        {
            size /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Math.Round(size, unit == 0 ? 0 : 1)} {units[unit]}");
    }

    /// <summary>A duration that still grows, in whole seconds: 4 s, 3:05 min, 2:10 h.</summary>
    public static string Whole(TimeSpan time) => time.TotalSeconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalSeconds)} s") : Text(time);

    /// <summary>An estimate, rounded up so that it does not pretend to know more: 45 s, 3:10 min, 25 min, 2:10 h, 3.5 days.</summary>
    public static string About(TimeSpan time)
    {
        double seconds = time.TotalSeconds;
        if (seconds <= 55) return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Ceiling(seconds / 5)) * 5} s");
        if (seconds <= 590) return Text(TimeSpan.FromSeconds(Math.Ceiling(seconds / 10) * 10));
        double minutes = Math.Ceiling(seconds / 60);
        return minutes < 60 ? string.Create(CultureInfo.InvariantCulture, $"{minutes} min") : Text(TimeSpan.FromMinutes(Math.Ceiling(minutes / 5) * 5));
    }

    /// <summary>A duration: 4.2 s, 3:05 min, 2:10 h, 11.5 days.</summary>
    public static string Text(TimeSpan time)
    {
        if (time.TotalSeconds < 60) return string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
        if (time.TotalDays >= 3) return string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.0} days");
        long seconds = (long)Math.Round(time.TotalSeconds);
        return seconds < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00} min")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds % 3600 / 60:00} h");
    }
}
