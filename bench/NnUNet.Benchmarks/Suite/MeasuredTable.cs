using System.Globalization;
using System.Text.Json.Serialization;
using NnUNet.Foundation;
using NnUNet.Torch.Benchmarks;

namespace NnUNet.Benchmarks.Suite;

/// <summary>What one run measured of one table, as it lies in <c>bench/results/measured</c>.</summary>
internal sealed record MeasuredTable
{
    /// <summary>The table's name: the class of the benchmarks, or what the pipeline calls it.</summary>
    public required string Name { get; init; }

    /// <summary>The machine at the start.</summary>
    public required MachineFacts Machine { get; init; }

    /// <summary>The rows, in the order of the table.</summary>
    public required ValueArray<MeasuredRow> Rows { get; init; }

    /// <summary>The file of a table.</summary>
    /// <param name="results">The folder of the result pages.</param>
    /// <param name="name">The table's name.</param>
    public static string PathOf(string results, string name) => Path.Combine(results, "measured", name + ".json");

    /// <summary>Writes the table's file, unless there is nothing in it.</summary>
    public void Write(string results)
    {
        if (Rows.Count > 0) ProductJson.Write(PathOf(results, Name), this);
    }
}

/// <summary>One row: some runs of one thing.</summary>
internal sealed record MeasuredRow
{
    /// <summary>What was computed, such as shape and precision; rows of the same case share a baseline. May be empty.</summary>
    public required string Case { get; init; }

    /// <summary>How it was computed.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the others of its case are compared with it.</summary>
    public bool Baseline { get; init; }

    /// <summary>Seconds of each run.</summary>
    public required ValueArray<double> Seconds { get; init; }

    /// <summary>Seconds of all cores in the program's own code, of each run; empty where not looked at.</summary>
    public ValueArray<double> UserSeconds { get; init; }

    /// <summary>The most memory that the process had in the machine's memory, in bytes, libraries counted.</summary>
    public long? PeakBytes { get; init; }

    /// <summary>The most memory of its own (mapped files and libraries not counted), in bytes.</summary>
    public long? PrivateBytes { get; init; }

    /// <summary>Managed bytes that one run allocates.</summary>
    public long? AllocatedBytes { get; init; }

    /// <summary>What else is to be said.</summary>
    public string? Note { get; init; }

    /// <summary>Names the row among all tables' rows of a table.</summary>
    [JsonIgnore]
    public string Id => Case.Length == 0 ? Name : $"{Case}: {Name}";

    /// <summary>The median of the runs, in seconds.</summary>
    [JsonIgnore]
    public double Median => MedianOf(Seconds);

    /// <summary>The middle of some numbers, NaN for none.</summary>
    public static double MedianOf(ValueArray<double> values)
    {
        if (values.Count == 0) return double.NaN;
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>One line for people who watch the run.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Id}: {Figures.Time(Median)} ({Seconds.Count} runs{(PeakBytes is { } bytes ? ", " + Figures.Bytes(bytes) : "")})");
}
