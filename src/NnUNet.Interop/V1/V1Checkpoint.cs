using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using NnUNet.Core.Models;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;

namespace NnUNet.Interop.V1;

/// <summary>A <c>.model</c> file of the original: the network's weights under their names, and how far the training was.</summary>
/// <remarks>Source: nnunet/training/network_training/network_trainer.py, save_checkpoint and load_checkpoint_ram.</remarks>
internal sealed class V1Checkpoint : IDisposable
{
    private readonly TorchFile _file;

    private V1Checkpoint(TorchFile file, PickleDictionary content, IReadOnlyList<KeyValuePair<string, TensorView>> tensors)
    {
        _file = file;
        Content = content;
        Tensors = tensors;
    }

    /// <summary>Everything that was saved.</summary>
    public PickleDictionary Content { get; }

    /// <summary>The network's parameters and buffers, each once, in the order of the file.</summary>
    public IReadOnlyList<KeyValuePair<string, TensorView>> Tensors { get; }

    /// <summary>Opens a file and reads everything but the numbers.</summary>
    /// <exception cref="Foundation.DescribedException">The file cannot be read, is damaged, or holds no network.</exception>
    public static V1Checkpoint Open(string path)
    {
        TorchFile file = TorchFile.Open(path);
        try
        {
            if (file.Content is not PickleDictionary content || !content.TryGetValue("state_dict", out object? found) || found is not PickleDictionary state)
            {
                throw new TorchFileException(path, "it has no \"state_dict\"", "name a checkpoint of nnU-Net v1 (model_final_checkpoint.model, model_best.model)");
            }

            return new V1Checkpoint(file, content, Unique(path, state));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The weights, to be read one at a time.</summary>
    public StoredWeights Weights() => new([.. Tensors.Select(static t => new StoredWeight(t.Key, t.Value.Shape, () => Read(t.Value)))], this);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Some networks list a layer twice, once under its own name and once in a sequence called "all".</summary>
    private static List<KeyValuePair<string, TensorView>> Unique(string path, PickleDictionary state)
    {
        List<KeyValuePair<string, TensorView>> tensors = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach ((object? key, object? value) in state)
        {
            if (key is not string name || value is not TensorView view) throw new TorchFileException(path, $"its state_dict holds {key}, which is no tensor", "check that this is a checkpoint of nnU-Net v1");
            name = WeightNames.Unwrapped(name);
            if (!names.Add(name)) throw new TorchFileException(path, $"its state_dict holds {name} twice", "check that this is a checkpoint of nnU-Net v1");
            tensors.Add(new(name, view));
        }

        return [.. tensors.Where(t => !IsTwin(t.Key, names))];
    }

    private static bool IsTwin(string name, HashSet<string> names) =>
        names.Contains(name.Replace(".all.0.", ".conv.", StringComparison.Ordinal).Replace(".all.2.", ".norm.", StringComparison.Ordinal)) && name.Contains(".all.", StringComparison.Ordinal);

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
}
