using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Benchmarks;

/// <summary>What a machine does: the result of <see cref="MachineBenchmark"/>.</summary>
public sealed record MachineFigures
{
    private const string ReferenceResource = "NnUNet.Torch.Benchmarks.reference.json";

    /// <summary>The machine.</summary>
    public required MachineFacts Machine { get; init; }

    /// <summary>The device of network, convolutions and norms.</summary>
    public required string Device { get; init; }

    /// <summary>The fastest precision of the device, in which everything was measured that says nothing of its precision.</summary>
    public required ComputePrecision Precision { get; init; }

    /// <summary>Threads of one operation of torch.</summary>
    public required int Threads { get; init; }

    /// <summary>The figures, in the order of the table.</summary>
    public required ValueArray<MachineFigure> Figures { get; init; }

    /// <summary>The published figures of the reference machine, made by <c>bench/run</c>.</summary>
    public static MachineFigures Reference()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(ReferenceResource)!;
        return JsonSerializer.Deserialize<MachineFigures>(stream, ProductJson.Options)!;
    }

    /// <summary>A figure's value, or null where it was not measured.</summary>
    /// <param name="key">Its key.</param>
    public double? Find(string key) => Figures.FirstOrDefault(f => f.Key == key)?.Value;
}

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
    public double SlownessTo(MachineFigure other) => IsRate ? other.Value / Value : Value / other.Value;

    /// <summary>The value with its unit, such as 0.43 s or 11.2 GB/s.</summary>
    [JsonIgnore]
    public string ValueText => IsRate ? MachineJudgement.Rate(Value) : MachineJudgement.Time(Value);
}
