using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Replicas;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Training.Engine;

/// <summary>Where the replicas of a training begin together: the leading one tells, the others take it over.</summary>
internal static class ReplicaStart
{
    /// <summary>What is trained and from which place on.</summary>
    /// <param name="group">The replicas.</param>
    /// <param name="record">In the leading replica the record, or null where nothing is trained; elsewhere anything.</param>
    /// <returns>The leading replica's.</returns>
    public static TrainingRecord? Record(ReplicaGroup group, TrainingRecord? record)
    {
        string text = group.Broadcast(record is null ? "" : ProductJson.Print(record));
        return group.Leads ? record : text.Length == 0 ? null : ProductJson.Parse<TrainingRecord>("the record of the training", text);
    }

    /// <summary>Gives all replicas the leading one's weights and states of the optimiser. Call it on the thread that calls torch.</summary>
    /// <param name="group">The replicas.</param>
    /// <param name="network">The network, on its device.</param>
    /// <param name="optimizer">Its optimiser.</param>
    public static void Share(ReplicaGroup group, SegmentationNetwork network, WeightOptimizer optimizer)
    {
        if (group.World == 1) return;

        using IDisposable noGrad = no_grad();
        foreach ((string _, Tensor weights) in NetworkWeights.Of(network))
        {
            using Tensor row = weights.detach().contiguous();
            group.Broadcast(row);
            if (!group.Leads) weights.copy_(row);
        }

        string names = group.Broadcast(string.Join('\n', optimizer.States.Select(static s => $"{s.Key} {string.Join(',', s.Value.shape)}")));
        List<NamedWeight> states = [];
        foreach (string line in names.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(' ');
            long[] shape = [.. parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static n => long.Parse(n, CultureInfo.InvariantCulture))];
            using DisposeScope scope = NewDisposeScope();
            Tensor row = group.Leads ? optimizer.States[parts[0]].contiguous() : zeros(shape, device: network.parameters().First().device);
            group.Broadcast(row);
            float[] values = group.Leads ? [] : row.cpu().data<float>().ToArray();
            states.Add(new NamedWeight(parts[0], shape.ToValueArray(), () => values));
        }

        if (!group.Leads) optimizer.LoadStates("the leading replica", states);
    }
}
