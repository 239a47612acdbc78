using System.Runtime.InteropServices;
using NnUNet.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>A named array of float32 values from whatever file they lie in.</summary>
/// <param name="Name">The parameter's name in the network.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Read">Reads its values, the last axis fastest.</param>
public sealed record NamedWeight(string Name, ValueArray<long> Shape, Func<float[]> Read)
{
    /// <summary>Reads its values straight to where they go, without an array of their own; null where only <see cref="Read"/> can.</summary>
    /// <value>Null.</value>
    public Action<Span<float>>? ReadInto { get; init; }
}

/// <summary>Puts weights into networks by name, and takes them out.</summary>
public static class NetworkWeights
{
    private const int NamesShown = 8;

    /// <summary>The network's parameters and persistent buffers by name, in the original's order. The network owns them.</summary>
    public static IReadOnlyList<(string Name, Tensor Tensor)> Of(nn.Module network) =>
        [.. network.named_parameters().Select(static p => (p.name, (Tensor)p.parameter)), .. network.named_buffers()];

    /// <summary>Loads every parameter of a network; names and shapes must agree exactly, but for <see cref="SegmentationNetwork.Aliases"/>.</summary>
    /// <param name="where">The file, for messages.</param>
    /// <param name="network">The network; its element type and device stay.</param>
    /// <param name="weights">The values.</param>
    /// <exception cref="DescribedException">Names are missing or too many, or shapes differ; the message tells all of them, and nothing was changed.</exception>
    public static void Load(string where, nn.Module network, IReadOnlyList<NamedWeight> weights)
    {
        IReadOnlyList<(string Name, Tensor Tensor)> targets = Of(network);
        Dictionary<string, NamedWeight> byName = new(StringComparer.Ordinal);
        IReadOnlyDictionary<string, string>? aliases = (network as SegmentationNetwork)?.Aliases;
        foreach (NamedWeight weight in weights)
        {
            if (aliases?.ContainsKey(weight.Name) != true) byName[weight.Name] = weight;
        }

        HashSet<string> wanted = [.. targets.Select(static t => t.Name)];

        List<string> faults = [];
        AddFault(faults, "missing", [.. targets.Where(t => !byName.ContainsKey(t.Name)).Select(static t => t.Name)]);
        AddFault(faults, "not in the network", [.. byName.Keys.Where(name => !wanted.Contains(name))]);
        AddFault(
            faults,
            "of another shape",
            [.. from target in targets
                where byName.ContainsKey(target.Name) && !byName[target.Name].Shape.AsSpan().SequenceEqual(target.Tensor.shape)
                select $"{target.Name} {byName[target.Name].Shape} for {target.Tensor.shape.ToValueArray()}"]);
        if (faults.Count > 0)
        {
            throw new DescribedException(where, "the weights do not fit the network: " + string.Join("; ", faults), "use the plans.json that lies beside the weights");
        }

        using IDisposable noGrad = no_grad();
        foreach ((string name, Tensor target) in targets)
        {
            using DisposeScope scope = NewDisposeScope();
            NamedWeight weight = byName[name];
            if (weight.ReadInto is { } readInto && target.device_type == DeviceType.CPU && target.dtype == ScalarType.Float32 && target.is_contiguous())
            {
                readInto(MemoryMarshal.Cast<byte, float>(target.bytes));
            }
            else
            {
                target.copy_(from_array(weight.Read()).reshape(target.shape));
            }
        }
    }

    /// <summary>Which of a network's weights are not finite, in words; null where all are.</summary>
    public static string? NonFinite(nn.Module network)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        long count = 0;
        string? first = null;
        foreach ((string name, Tensor tensor) in Of(network))
        {
            if (!tensor.is_floating_point()) continue;
            long bad = tensor.isfinite().logical_not().sum().ToInt64();
            count += bad;
            if (bad > 0) first ??= name;
        }

        return first is null ? null : $"{count} are not finite (the first in {first})";
    }

    private static void AddFault(List<string> faults, string what, string[] names)
    {
        if (names.Length == 0) return;
        string more = names.Length > NamesShown ? $" and {names.Length - NamesShown} more" : string.Empty;
        faults.Add($"{names.Length} {what} ({string.Join(", ", names.Take(NamesShown))}{more})");
    }
}
