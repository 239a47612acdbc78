using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using NnUNet.Core.Models;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2;

/// <summary>A checkpoint of version 2 (<c>checkpoint_final.pth</c>): the network's weights, each once, under the names of our networks.</summary>
/// <remarks>Source: nnunetv2/training/nnUNetTrainer/nnUNetTrainer.py, save_checkpoint.</remarks>
internal sealed class V2StateDict : IDisposable
{
    /// <summary>The ending of version 2's checkpoints.</summary>
    public const string Ending = ".pth";

    private const string WeightsKey = "network_weights", Remedy = "name a checkpoint of nnU-Net v2 (checkpoint_final.pth, checkpoint_best.pth)";

    private readonly TorchFile _file;
    private readonly string _path;

    private V2StateDict(string path, TorchFile file, PickleDictionary content, PickleDictionary state)
    {
        _path = path;
        _file = file;
        Content = content;
        Tensors = Unique(path, state);
        Shapes = Tensors.ToDictionary(static t => t.Key, static t => t.Value.Shape, StringComparer.Ordinal);
        PickleDictionary? arguments = content.TryGetValue("init_args", out object? init) ? init as PickleDictionary : null;
        Configuration = Get(arguments, "configuration") as string;
        Fold = Get(arguments, "fold") switch { string name => name, long number => number.ToString(CultureInfo.InvariantCulture), _ => null };
        Trainer = Get(content, "trainer_name") as string ?? "";
        MirrorAxes = Axes(path, Get(content, "inference_allowed_mirroring_axes"));
    }

    /// <summary>The file.</summary>
    public string Path => _path;

    /// <summary>Everything that was saved.</summary>
    public PickleDictionary Content { get; }

    /// <summary>The network's parameters and buffers without wrappers' prefixes and without aliases, in the order of the file.</summary>
    public IReadOnlyList<KeyValuePair<string, TensorView>> Tensors { get; }

    /// <summary>Their shapes.</summary>
    public IReadOnlyDictionary<string, ValueArray<long>> Shapes { get; }

    /// <summary>The trainer's name; empty where it was not noted.</summary>
    public string Trainer { get; }

    /// <summary>The configuration that was trained (<c>init_args.configuration</c>); null where it was not noted.</summary>
    public string? Configuration { get; }

    /// <summary>The fold that was trained (<c>init_args.fold</c>), a number or "all"; null where it was not noted.</summary>
    public string? Fold { get; }

    /// <summary>Image axes along which inference may mirror; empty where none was noted, as the original takes it.</summary>
    public ValueArray<int> MirrorAxes { get; }

    /// <summary>Opens a file and reads everything but the numbers.</summary>
    /// <exception cref="DescribedException">The file cannot be read, is damaged, or holds no network.</exception>
    public static V2StateDict Open(string path)
    {
        TorchFile file = TorchFile.Open(path);
        try
        {
            if (file.Content is not PickleDictionary content || !content.TryGetValue(WeightsKey, out object? found) || found is not PickleDictionary state)
            {
                throw new TorchFileException(path, $"it has no \"{WeightsKey}\"", Remedy);
            }

            return new V2StateDict(path, file, content, state);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The weights of a checkpoint, to be read one at a time.</summary>
    /// <exception cref="DescribedException">The file cannot be read, is damaged, or holds no network.</exception>
    public static StoredWeights OpenWeights(string path) => Open(path).Weights();

    /// <summary>The weights, to be read one at a time; closes the file when it is disposed.</summary>
    /// <remarks>Logits of coarser stages matter to training alone: where a file lacks some they are zeros, and what it has beyond the stages is left aside.</remarks>
    public StoredWeights Weights()
    {
        int stages = 0;
        while (Shapes.ContainsKey(V2Layout.Magnifier(stages))) stages++;
        List<StoredWeight> weights = [.. Tensors.Where(t => !IsSurplusOutput(t.Key, stages)).Select(static t => new StoredWeight(t.Key, t.Value.Shape, () => Read(t.Value)) { ReadInto = Direct(t.Value) })];
        if (stages > 0 && Shapes.TryGetValue(V2Layout.Output(stages - 1, "weight"), out ValueArray<long> finest) && finest.Count >= 2)
        {
            for (int stage = 0; stage < stages - 1; stage++)
            {
                if (Shapes.ContainsKey(V2Layout.Output(stage, "weight")) || Shapes[V2Layout.Magnifier(stage)] is not { Count: >= 2 } magnifier) continue;
                weights.Add(Zeros(V2Layout.Output(stage, "weight"), [finest[0], magnifier[1], .. finest.Skip(2)]));
                weights.Add(Zeros(V2Layout.Output(stage, "bias"), [finest[0]]));
            }
        }

        return new StoredWeights(weights, this);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>The tensors without wrappers' prefixes, each once: of several keys for one parameter the first counts.</summary>
    private static List<KeyValuePair<string, TensorView>> Unique(string path, PickleDictionary state)
    {
        List<KeyValuePair<string, TensorView>> tensors = [];
        Dictionary<string, TensorView> known = new(StringComparer.Ordinal);
        HashSet<string> keys = new(StringComparer.Ordinal);
        foreach ((object? key, object? value) in state)
        {
            if (key is not string name || value is not TensorView view) throw new TorchFileException(path, $"its {WeightsKey} hold {key}, which is no tensor", Remedy);
            name = WeightNames.Unwrapped(name);
            if (!keys.Add(name)) throw new TorchFileException(path, $"its {WeightsKey} hold {name} twice", Remedy);
            string parameter = V2Layout.ParameterOf(name);
            if (known.TryAdd(parameter, view)) tensors.Add(new(parameter, view));
            else if (known[parameter].Shape != view.Shape) throw new TorchFileException(path, $"its {WeightsKey} hold {name} {view.Shape}, which should be {parameter} {known[parameter].Shape} once more", Remedy);
        }

        return tensors;
    }

    private static bool IsSurplusOutput(string name, int stages)
    {
        if (!V2Layout.IsOutput(name) || stages == 0) return false;
        string[] parts = name.Split('.');
        return int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int stage) && stage >= stages;
    }

    private static StoredWeight Zeros(string name, ValueArray<long> shape) =>
        new(name, shape, () => new float[shape.Aggregate(1L, static (product, n) => checked(product * n))]);

    private static object? Get(PickleDictionary? dictionary, string key) => dictionary is not null && dictionary.TryGetValue(key, out object? value) ? value : null;

    private static ValueArray<int> Axes(string path, object? value)
    {
        if (value is null) return [];
        if (value is IReadOnlyList<object?> list && list.All(static a => a is >= 0L and <= 2L)) return list.Select(static a => (int)(long)a!).ToValueArray();
        throw new TorchFileException(path, $"its inference_allowed_mirroring_axes are {value}", "they must be a list of image axes from 0 to 2, or None; get the checkpoint again from where it came from");
    }

    /// <summary>Counters, such as those of batch norm, are whole numbers.</summary>
    private static float[] Read(TensorView view)
    {
        if (view.DType.Code != "I64") return view.ReadFloat32();
        byte[] raw = new byte[view.ByteCount];
        view.CopyTo(raw);
        float[] numbers = new float[view.Count];
        TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, long>(raw), numbers);
        return numbers;
    }

    private static Action<Span<float>>? Direct(TensorView view) => view.DType.Code == "F32" ? into => view.CopyTo(MemoryMarshal.AsBytes(into)) : null;
}
