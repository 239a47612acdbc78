using System.Globalization;

namespace NnUNet.Cli.Machine;

/// <summary>How much memory is free now.</summary>
internal static class SystemMemory
{
    /// <summary>Bytes that a program can still take without paging, or null where the system does not say.</summary>
    public static long? Available()
    {
        const string Linux = "/proc/meminfo";
        if (!OperatingSystem.IsLinux() || !File.Exists(Linux))
        {
            GCMemoryInfo info = GC.GetGCMemoryInfo();
            return info.MemoryLoadBytes > 0 ? Math.Max(0, info.TotalAvailableMemoryBytes - info.MemoryLoadBytes) : null;
        }

        string? line = File.ReadLines(Linux).FirstOrDefault(static row => row.StartsWith("MemAvailable:", StringComparison.Ordinal));
        string[] words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length > 1 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes) ? kilobytes * 1024 : null;
    }
}
