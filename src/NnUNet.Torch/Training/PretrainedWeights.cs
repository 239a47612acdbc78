using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Interop.V2;
using NnUNet.Torch.Checkpoints;
using NnUNet.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Training;

/// <summary>Begins a training with weights of another one: all whose names and shapes agree, with a report of the others.</summary>
/// <remarks>
/// Source: nnunet/run/load_pretrained_weights.py of the original's last v1 release. There, a single difference outside the
/// layers that make the logits is an error; here it is reported, so that a model of other channels can be taken too. Of a checkpoint of
/// version 2 the layers that make the logits are left aside, as in nnunetv2/run/load_pretrained_weights.py.
/// </remarks>
internal static class PretrainedWeights
{
    private const int NamesShown = 6;

    /// <summary>Finds the checkpoint that a path means.</summary>
    /// <param name="path">A checkpoint, a fold's folder with a final checkpoint, or a model's folder (its first fold, in order).</param>
    /// <exception cref="DescribedException">There is nothing, or no checkpoint in it.</exception>
    public static string Find(string path)
    {
        if (File.Exists(path)) return path;
        if (!Directory.Exists(path)) throw new DescribedException(path, "there is no such file or folder", "name a checkpoint, a fold's folder or a model's folder");

        string[] finals = [ModelFolder.FinalCheckpoint + ModelFolder.CheckpointEnding, .. ModelFormat.All().Select(static f => f.StemOf(ModelFolder.FinalCheckpoint) + f.CheckpointEnding)];
        string? final = finals.Select(f => Path.Combine(path, f)).FirstOrDefault(File.Exists);
        if (final is not null) return final;

        ModelFolder model = ModelFolder.Open(path);
        return model.CheckpointPath(model.SelectFolds(null)[0]);
    }

    /// <summary>Loads what fits.</summary>
    /// <param name="path">The checkpoint, as <see cref="Find"/> returns it.</param>
    /// <param name="network">The network, initialised: what does not fit keeps its weights.</param>
    /// <returns>Lines for people: what was loaded, and what was not and why.</returns>
    /// <exception cref="DescribedException">The file cannot be read, or nothing but the output layers fits; nothing was changed then.</exception>
    public static IReadOnlyList<string> Load(string path, SegmentationNetwork network)
    {
        using CheckpointWeights stored = WeightFile.Open(path);
        return Take(path, stored.Weights, network);
    }

    private static List<string> Take(string path, IReadOnlyList<NamedWeight> weights, SegmentationNetwork network)
    {
        IReadOnlyList<(string Name, Tensor Tensor)> targets = NetworkWeights.Of(network);
        HashSet<string> wanted = [.. targets.Select(static t => t.Name)];
        Dictionary<string, NamedWeight> stored = new(StringComparer.Ordinal);
        IReadOnlyDictionary<string, string> translated = OfVersion2(wanted, weights);
        foreach (NamedWeight weight in weights) stored[NameIn(wanted, translated.GetValueOrDefault(weight.Name, weight.Name))] = weight;

        (string Name, Tensor Tensor)[] fitting = [.. targets.Where(t => stored.TryGetValue(t.Name, out NamedWeight? w) && w.Shape.AsSpan().SequenceEqual(t.Tensor.shape) && !V2Layout.IsOutput(w.Name))];
        string[] reshaped =
        [
            .. from target in targets
                where stored.TryGetValue(target.Name, out NamedWeight? w) && !w.Shape.AsSpan().SequenceEqual(target.Tensor.shape) && !V2Layout.IsOutput(w.Name)
                select $"{target.Name} {stored[target.Name].Shape}, here {target.Tensor.shape.ToValueArray()}{Reason(target.Name)}",
        ];
        string[] fresh = [.. wanted.Where(n => stored.TryGetValue(n, out NamedWeight? w) && V2Layout.IsOutput(w.Name))];
        string[] absent = [.. wanted.Where(n => !stored.ContainsKey(n))];
        string[] unused = [.. stored.Keys.Where(n => !wanted.Contains(n))];
        if (!fitting.Any(static t => t.Tensor.dim() > 1 && !IsOutput(t.Name)))
        {
            throw new DescribedException(
                path,
                $"none of its {weights.Count} arrays is a layer of this network ({reshaped.Length} have another shape{Examples(reshaped)}, {unused.Length} another name{Examples(unused)})",
                "take a model of the same plan; nnUNet_plan_and_preprocess --overwrite_plans makes the plan of one data set for another");
        }

        using IDisposable noGrad = no_grad();
        foreach ((string name, Tensor target) in fitting)
        {
            using DisposeScope scope = NewDisposeScope();
            target.copy_(from_array(stored[name].Read()).reshape(target.shape));
        }

        List<string> report = [$"pretrained weights: {fitting.Length} of {targets.Count} arrays are taken from {path}"];
        Tell(report, "keep their fresh weights, since they have another shape", reshaped);
        Tell(report, "keep their fresh weights, since those of nnU-Net v2 that make the logits are never taken", fresh);
        Tell(report, "keep their fresh weights, since the file has none", absent);
        Tell(report, "of the file have no place in this network", unused);
        return report;
    }

    /// <summary>The names here of a file's arrays, where the file is of version 2's plain U-Net and the network is version 1's, which has the same layers.</summary>
    private static Dictionary<string, string> OfVersion2(HashSet<string> wanted, IReadOnlyList<NamedWeight> weights)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        if (!weights.Any(static w => w.Name == V2Layout.Magnifier(0)) || GenericUNetNames.Of(wanted) is not { } translation) return names;
        foreach (string name in wanted)
        {
            if (translation.InVersion2(name) is { } other) names[other] = name;
        }

        return names;
    }

    private static string Examples(string[] names) => names.Length == 0 ? "" : $": {string.Join("; ", names.Take(2))}{(names.Length > 2 ? "; …" : "")}";

    private static string NameIn(HashSet<string> wanted, string name) =>
        wanted.Contains(name) ? name : WeightNames.Unwrapped(name);

    private static bool IsOutput(string name) => name.StartsWith("seg_outputs.", StringComparison.Ordinal) || V2Layout.IsOutput(name);

    private static string Reason(string name) => IsOutput(name) ? " (other classes)" : name == "conv_blocks_context.0.blocks.0.conv.weight" ? " (other channels)" : "";

    private static void Tell(List<string> report, string what, string[] names)
    {
        if (names.Length == 0) return;
        string more = names.Length > NamesShown ? $" and {names.Length - NamesShown} more" : "";
        report.Add($"pretrained weights: {names.Length} arrays {what}: {string.Join("; ", names.Take(NamesShown))}{more}");
    }
}
