using System.Globalization;
using System.Text.Json.Serialization;

namespace NnUNet.Torch.Benchmarks;

/// <summary>One thing that was measured.</summary>
public sealed record MachineFigure
{
    /// <summary>Its name in files, such as <c>iteration_3d_float32</c>.</summary>
    public required string Key { get; init; }

    /// <summary>What it is, for people.</summary>
    public required string Text { get; init; }

    /// <summary>The median: seconds, or bytes a second where <see cref="IsRate"/>.</summary>
    public required double Value { get; init; }

    /// <summary>Whether the value is a rate, so that more is better.</summary>
    public bool IsRate { get; init; }

    /// <summary>How many runs the median is of.</summary>
    public required int Runs { get; init; }

    /// <summary>How many times slower than another machine this one is: above 1 it is slower.</summary>
    /// <param name="other">The same figure of the other machine.</param>
    public double TimesSlowerThan(MachineFigure other) => IsRate ? other.Value / Value : Value / other.Value;

    /// <summary>The comparison with another machine for people: <c>2.50 times slower</c>, <c>1.30 times faster</c>, <c>as fast</c>.</summary>
    /// <param name="other">The same figure of the other machine.</param>
    public string ComparedWith(MachineFigure other)
    {
        double slowness = TimesSlowerThan(other);
        string times = (slowness >= 1 ? slowness : 1 / slowness).ToString("0.00", CultureInfo.InvariantCulture);
        return times == "1.00" ? "as fast" : slowness >= 1 ? $"{times} times slower" : $"{times} times faster";
    }

    /// <summary>The value with its unit, such as 0.43 s or 11.2 GB/s.</summary>
    [JsonIgnore]
    public string ValueText => IsRate ? MachineAssessment.Rate(Value) : MachineAssessment.Time(Value);
}
