using System.Reflection;
using System.Text.Json;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Benchmarks;

/// <summary>The measured figures of a machine: the result of <see cref="MachineBenchmark"/>.</summary>
public sealed record MachineFigures
{
    private const string ReferenceResource = "NnUNet.Torch.Benchmarks.reference.json";

    /// <summary>The machine.</summary>
    public required MachineFacts Machine { get; init; }

    /// <summary>The device of network, convolutions and norms.</summary>
    public required string Device { get; init; }

    /// <summary>The fastest precision of the device, in which everything was measured that says nothing of its precision.</summary>
    public required ComputePrecision Precision { get; init; }

    /// <summary>Threads of one torch operation.</summary>
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
