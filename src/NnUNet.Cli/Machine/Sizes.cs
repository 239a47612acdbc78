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
