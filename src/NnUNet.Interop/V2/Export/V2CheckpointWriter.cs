using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;
using NnUNet.Foundation;
using NnUNet.Interop.V1;

namespace NnUNet.Interop.V2.Export;

/// <summary>Writes <c>checkpoint_final.pth</c>: weights with all their keys, optimiser, curves and what the trainer was made of.</summary>
/// <remarks>Source: nnunetv2/training/nnUNetTrainer/nnUNetTrainer.py, save_checkpoint; training/logging/nnunet_logger.py.</remarks>
internal sealed class V2CheckpointWriter(V2ExportNetwork network, V2ExportNames names, JsonObject plans, JsonObject dataset, ValueArray<int> mirrorAxes)
{
    private const double Rate = 0.01, Momentum = 0.99, WeightDecay = 3e-5, KeptAverage = 0.9;

    /// <summary>Writes a fold's checkpoint.</summary>
    /// <param name="where">Our checkpoint, for messages.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="path">The file.</param>
    /// <param name="fold">A number, or "all".</param>
    /// <param name="cancel">Stops before the next tensor.</param>
    public void Write(string where, SourceWeights weights, string path, string fold, CancellationToken cancel)
    {
        TorchZipWriter writer = new();
        IReadOnlyDictionary<string, TensorToWrite> tensors = network.Tensors(where, weights.Weights);
        PickleDictionary state = new() { IsOrdered = true };
        Dictionary<string, PickledCall> shared = tensors.ToDictionary(static t => t.Key, t => writer.Tensor(t.Value), StringComparer.Ordinal);
        foreach ((string key, string parameter) in network.Layout.Keys) state[key] = shared[parameter];
        (PickleDictionary logging, double? best) = Curves(weights);
        PickleDictionary content = new()
        {
            ["network_weights"] = state,
            ["optimizer_state"] = Optimizer(where, writer, weights),
            ["grad_scaler_state"] = null,
            ["logging"] = logging,
            ["_best_ema"] = best is { } b ? NumpyScalar.From(b) : null,
            ["current_epoch"] = (long)weights.Curves.Count,
            ["init_args"] = new PickleDictionary
            {
                ["plans"] = Plain(plans),
                ["configuration"] = names.Configuration,
                ["fold"] = long.TryParse(fold, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : fold,
                ["dataset_json"] = Plain(dataset),
                ["device"] = new PickledCall(new PickledName("torch", "device"), PickleTuple.Create(["cuda"])),
            },
            ["trainer_name"] = names.Trainer,
            ["inference_allowed_mirroring_axes"] = mirrorAxes.Count == 0 ? null : PickleTuple.Create([.. mirrorAxes.Select(static a => (object?)(long)a)]),
        };
        writer.Write(path, content, cancel);
    }

    private static object? Plain(JsonObject json) => PickleJson.FromElement(JsonSerializer.SerializeToElement(json, ProductJson.Options));

    /// <summary>SGD's, with the momentum of each parameter where there is one: a training there can go on.</summary>
    private PickleDictionary Optimizer(string where, TorchZipWriter writer, SourceWeights weights)
    {
        string[] parameters = [.. network.Layout.Parameters.Select(static p => p.Key).Where(static name => !V1Optimizer.IsBuffer(name))];
        PickleDictionary states = [];
        if (weights.HasOptimizer && weights.Momentum.Count > 0)
        {
            IReadOnlyDictionary<string, TensorToWrite> momentum = network.Tensors(where, weights.MomentumOrZeros());
            for (int i = 0; i < parameters.Length; i++)
            {
                TensorToWrite buffer = momentum[parameters[i]];
                states[(long)i] = new PickleDictionary { ["momentum_buffer"] = writer.Tensor(buffer with { Name = "momentum/" + buffer.Name }) };
            }
        }

        return new PickleDictionary
        {
            ["state"] = states,
            ["param_groups"] = new List<object?>
            {
                new PickleDictionary
                {
                    ["lr"] = weights.Curves is [.., { Rate: var rate }] && double.IsFinite(rate) ? rate : Rate,
                    ["momentum"] = Momentum,
                    ["dampening"] = 0L,
                    ["weight_decay"] = WeightDecay,
                    ["nesterov"] = true,
                    ["maximize"] = false,
                    ["foreach"] = null,
                    ["differentiable"] = false,
                    ["initial_lr"] = Rate,
                    ["params"] = Enumerable.Range(0, parameters.Length).Select(static i => (object?)(long)i).ToList(),
                },
            },
        };
    }

    /// <summary>The curves under version 2's names, all of one length, and the best average of the Dice.</summary>
    private static (PickleDictionary Logging, double? Best) Curves(SourceWeights weights)
    {
        List<object?> average = [];
        double? best = null, last = null;
        foreach (SourceEpoch epoch in weights.Curves)
        {
            last = last is { } before ? (KeptAverage * before) + ((1 - KeptAverage) * epoch.Metric) : epoch.Metric;
            best = best is { } highest ? Math.Max(highest, last.Value) : last;
            average.Add(NumpyScalar.From(last.Value));
        }

        return (
            new PickleDictionary
            {
                ["mean_fg_dice"] = Curve(weights, static e => NumpyScalar.From(e.Metric)),
                ["ema_fg_dice"] = average,
                ["dice_per_class_or_region"] = Curve(weights, static e => new List<object?> { NumpyScalar.From(e.Metric) }),
                ["train_losses"] = Curve(weights, static e => NumpyScalar.From((float)e.TrainLoss)),
                ["val_losses"] = Curve(weights, static e => NumpyScalar.From((float)e.ValidationLoss)),
                ["lrs"] = Curve(weights, static e => e.Rate),
                ["epoch_start_timestamps"] = Curve(weights, static _ => 0.0),
                ["epoch_end_timestamps"] = Curve(weights, static _ => 0.0),
            },
            best);
    }

    private static List<object?> Curve(SourceWeights weights, Func<SourceEpoch, object?> value) => [.. weights.Curves.Select(value)];
}
