using System.Globalization;

namespace NnUNet.Benchmarks.Suite;

/// <summary>Times, sizes and ratios as the tables show them: three digits and a unit.</summary>
internal static class Figures
{
    private static readonly (double Size, string Unit)[] TimeUnits = [(1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")];
    private static readonly (double Size, string Unit)[] ByteUnits = [(1e9, "GB"), (1e6, "MB"), (1e3, "KB"), (1, "B")];

    /// <summary>Seconds, such as 1.83 s or 21.2 ms.</summary>
    public static string Time(double seconds) => Text(seconds, TimeUnits);

    /// <summary>Bytes, such as 2.91 GB (powers of 1000).</summary>
    public static string Bytes(long bytes) => Text(bytes, ByteUnits);

    /// <summary>A ratio, such as 1.18 or 0.026.</summary>
    public static string Ratio(double ratio) => ratio >= 100 ? ratio.ToString("0", CultureInfo.InvariantCulture)
        : ratio.ToString(ratio >= 0.1 ? "0.00" : "0.0000", CultureInfo.InvariantCulture);

    /// <summary>How many times faster, such as 4.6 or 28.</summary>
    public static string Times(double times) => times.ToString(times >= 9.95 ? "0" : "0.0", CultureInfo.InvariantCulture);

    private static string Text(double value, (double Size, string Unit)[] units)
    {
        if (!double.IsFinite(value)) return "-";
        (double size, string unit) = units.FirstOrDefault(u => value >= u.Size, units[^1]);
        double scaled = value / size;
        string format = scaled >= 99.5 ? "0" : scaled >= 9.95 ? "0.0" : unit is "B" or "ns" ? "0.#" : "0.00";
        return scaled.ToString(format, CultureInfo.InvariantCulture) + " " + unit;
    }
}
