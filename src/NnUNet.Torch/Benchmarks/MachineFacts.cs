using System.Globalization;
using System.Runtime.InteropServices;

namespace NnUNet.Torch.Benchmarks;

/// <summary>The machine that something was measured on, and how busy it was.</summary>
public sealed record MachineFacts
{
    private const double BusyLoadPerCore = 0.25;

    /// <summary>The processor's name.</summary>
    public required string Processor { get; init; }

    /// <summary>Cores that the process may use.</summary>
    public required int Cores { get; init; }

    /// <summary>Bytes of memory.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The operating system.</summary>
    public required string System { get; init; }

    /// <summary>The version of .NET.</summary>
    public required string Runtime { get; init; }

    /// <summary>When it was measured, in UTC.</summary>
    public required DateTime Date { get; init; }

    /// <summary>The load average of the last minute: programs that ran or waited for a core; null where the system does not say.</summary>
    public double? Load { get; init; }

    /// <summary>Whether other work on the machine disturbs a measurement that begins now.</summary>
    public bool IsBusy => Load > BusyLoadPerCore * Cores;

    /// <summary>This machine at this moment.</summary>
    public static MachineFacts Now() => new()
    {
        Processor = ProcessorName(),
        Cores = Environment.ProcessorCount,
        MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        System = SystemName(),
        Runtime = RuntimeInformation.FrameworkDescription,
        Date = DateTime.UtcNow,
        Load = OperatingSystem.IsLinux() && double.TryParse(FirstWord("/proc/loadavg"), CultureInfo.InvariantCulture, out double load) ? load : null,
    };

    /// <summary>The facts in one line, such as "AMD EPYC 9R14, 2 cores, 24 GB, Debian GNU/Linux 12, .NET 10.0.12".</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Processor}, {Cores} cores, {MemoryBytes / Math.Pow(1024, 3):0} GB, {System}, {Runtime}");

    private static string ProcessorName()
    {
        string? line = Lines("/proc/cpuinfo").FirstOrDefault(static l => l.StartsWith("model name", StringComparison.Ordinal));
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private static string SystemName()
    {
        const string Key = "PRETTY_NAME=";
        string? line = Lines("/etc/os-release").FirstOrDefault(static l => l.StartsWith(Key, StringComparison.Ordinal));
        return line is null ? RuntimeInformation.OSDescription : line[Key.Length..].Trim('"');
    }

    private static string FirstWord(string path) => Lines(path) is [var line, ..] ? line.Split(' ')[0] : "";

    private static string[] Lines(string path) => OperatingSystem.IsLinux() && File.Exists(path) ? File.ReadAllLines(path) : [];
}
