using System.Text.Json.Serialization;
using NnUNet.Core.Models;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;
using NnUNet.Files.Safetensors;
using NnUNet.Foundation;

namespace NnUNet.Interop.V1;

/// <summary>A checkpoint that is exported, of whatever kind: its weights, one at a time, and the curves of its training.</summary>
internal sealed class SourceWeights : IDisposable
{
    private const string CounterName = ".num_batches_tracked";

    private readonly IDisposable _file;
    private readonly NotedRecord? _record;

    private SourceWeights(IDisposable file, IReadOnlyList<StoredWeight> weights, IReadOnlyDictionary<string, StoredWeight> momentum, NotedRecord? record)
    {
        _file = file;
        Weights = weights;
        Momentum = momentum;
        _record = record;
    }

    /// <summary>The network's parameters and buffers.</summary>
    public IReadOnlyList<StoredWeight> Weights { get; }

    /// <summary>The momentum of SGD by the parameters' names; none where it was not kept.</summary>
    public IReadOnlyDictionary<string, StoredWeight> Momentum { get; }

    /// <summary>The complete epochs of the training; none where they were not noted.</summary>
    public IReadOnlyList<SourceEpoch> Curves => _record?.State?.Curves is { } noted ? [.. noted.Select(static e => new SourceEpoch(e.TrainLoss, e.ValidationLoss, e.Rate, e.EvaluationMetric))] : [];

    /// <summary>Opens a checkpoint of ours or of another program.</summary>
    /// <exception cref="DescribedException">The file is damaged or of no known kind.</exception>
    public static SourceWeights Open(string path)
    {
        if (!path.EndsWith(ModelFolder.CheckpointEnding, StringComparison.Ordinal))
        {
            StoredWeights stored = ModelFormat.ForCheckpoint(path).OpenWeights(path);
            return new SourceWeights(stored, stored.Weights, new Dictionary<string, StoredWeight>(), null);
        }

        SafetensorsFile file = SafetensorsFile.Open(path);
        StoredWeight[] all = [.. file.Entries.Select(e => new StoredWeight(e.Name, e.Shape, () => file.ReadFloat32(e.Name)))];
        const string Momentum = $"{OwnModelFormat.MomentumKind}/";
        return new SourceWeights(
            file,
            [.. all.Where(static w => !OwnModelFormat.IsState(w.Name))],
            all.Where(static w => w.Name.StartsWith(Momentum, StringComparison.Ordinal)).ToDictionary(static w => w.Name[Momentum.Length..], StringComparer.Ordinal),
            Record(path, file));
    }

    /// <summary>What a training noted in its checkpoint; null where there is nothing.</summary>
    private static NotedRecord? Record(string path, SafetensorsFile file) =>
        file.Metadata.TryGetValue(OwnModelFormat.RecordKey, out string? record) ? ProductJson.Parse<NotedRecord>($"{path}: record", record, "get the model again from where it came from") : null;

    /// <summary>Whether the optimizer's state can be passed on: that of SGD, as the original's default trainers have it.</summary>
    public bool HasOptimizer => _record?.Settings is { Optimizer: "SGD", Momentum: not null, WeightDecay: not null } && Momentum.Count > 0;

    /// <summary>For each parameter its momentum, where it has none zeros of its shape.</summary>
    public IReadOnlyList<StoredWeight> MomentumOrZeros() =>
        [.. Weights.Select(w => Momentum.TryGetValue(w.Name, out StoredWeight? momentum) ? momentum with { Name = w.Name } : w with { Read = () => new float[w.Read().Length], ReadInto = null })];

    /// <summary>Writes a checkpoint of the original.</summary>
    public void Write(string path, CancellationToken cancel)
    {
        TorchZipWriter writer = new();
        PickleDictionary state = new() { IsOrdered = true };
        foreach (StoredWeight weight in Weights)
        {
            PickledCall tensor = writer.Tensor(new TensorToWrite(weight.Name, weight.Shape, weight.Read, weight.Name.EndsWith(CounterName, StringComparison.Ordinal)));
            foreach (string name in Names(weight.Name)) state[name] = tensor;
        }

        NotedState? training = _record?.State;
        IReadOnlyList<NotedEpoch> epochs = training?.Curves ?? [];
        PickleDictionary content = new()
        {
            ["epoch"] = (long)epochs.Count,
            ["state_dict"] = state,
            ["optimizer_state_dict"] = HasOptimizer ? Optimizer(writer) : null,
            ["lr_scheduler_state_dict"] = null,
            ["plot_stuff"] = PickleTuple.Create([Curve(epochs, static e => e.TrainLoss), Curve(epochs, static e => e.ValidationLoss), new List<object?>(), Curve(epochs, static e => e.EvaluationMetric)]),
            ["best_stuff"] = PickleTuple.Create([(object?)training?.BestEpoch, null, training?.BestAverage is { } best && double.IsFinite(best) ? NumpyScalar.From(best) : null]),
        };
        writer.Write(path, content, cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private PickleDictionary Optimizer(TorchZipWriter writer)
    {
        NotedState? training = _record!.State;
        NotedSettings settings = _record.Settings!;
        return V1Optimizer.Write(
            [.. Weights.Select(static w => w.Name).Where(static name => !V1Optimizer.IsBuffer(name))],
            name => Momentum.TryGetValue(name, out StoredWeight? m) ? writer.Tensor(new TensorToWrite(m.Name, m.Shape, m.Read)) : null,
            training is { Curves: [.., { Rate: var rate }] } && double.IsFinite(rate) ? rate : settings.Rate ?? 0,
            training?.RescueMomentum ?? settings.Momentum!.Value,
            settings.WeightDecay!.Value);
    }

    /// <summary>The original's residual networks list the decoder's layers once more, in a sequence of convolution, dropout, norm and nonlinearity.</summary>
    private static IEnumerable<string> Names(string name)
    {
        yield return name;
        if (!name.StartsWith("decoder.stages.", StringComparison.Ordinal)) yield break;
        if (name.Contains(".conv.", StringComparison.Ordinal)) yield return name.Replace(".conv.", ".all.0.", StringComparison.Ordinal);
        if (name.Contains(".norm.", StringComparison.Ordinal)) yield return name.Replace(".norm.", ".all.2.", StringComparison.Ordinal);
    }

    private static List<object?> Curve(IReadOnlyList<NotedEpoch> epochs, Func<NotedEpoch, double> value) => [.. epochs.Select(e => (object?)NumpyScalar.From(value(e)))];

    private sealed record NotedRecord
    {
        [JsonPropertyName("settings")]
        public NotedSettings? Settings { get; init; }

        [JsonPropertyName("state")]
        public NotedState? State { get; init; }
    }

    private sealed record NotedSettings
    {
        [JsonPropertyName("optimizer")]
        public string? Optimizer { get; init; }

        [JsonPropertyName("momentum")]
        public double? Momentum { get; init; }

        [JsonPropertyName("weight_decay")]
        public double? WeightDecay { get; init; }

        [JsonPropertyName("initial_lr")]
        public double? Rate { get; init; }
    }

    private sealed record NotedState
    {
        [JsonPropertyName("curves")]
        public ValueArray<NotedEpoch> Curves { get; init; }

        [JsonPropertyName("best_epoch")]
        public long? BestEpoch { get; init; }

        [JsonPropertyName("best_val_eval_criterion_MA")]
        public double? BestAverage { get; init; }

        [JsonPropertyName("rescueMomentum")]
        public double? RescueMomentum { get; init; }
    }

    private sealed record NotedEpoch
    {
        [JsonPropertyName("train_loss")]
        public double TrainLoss { get; init; } = double.NaN;

        [JsonPropertyName("validation_loss")]
        public double ValidationLoss { get; init; } = double.NaN;

        [JsonPropertyName("lr")]
        public double Rate { get; init; } = double.NaN;

        [JsonPropertyName("evaluation_metric")]
        public double EvaluationMetric { get; init; } = double.NaN;
    }
}

/// <summary>An epoch of a training that is exported; numbers that were not noted are NaN.</summary>
/// <param name="TrainLoss">Mean training loss.</param>
/// <param name="ValidationLoss">Mean validation loss.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="Metric">Mean Dice of the validation batches.</param>
internal sealed record SourceEpoch(double TrainLoss, double ValidationLoss, double Rate, double Metric);
