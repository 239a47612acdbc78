using NnUNet.Files.Pickle;

namespace NnUNet.Files.PyTorch;

/// <summary>What the pickles of PyTorch files may contain besides plain data: tensors, types, sizes, devices.</summary>
/// <remarks>Source: torch/_utils.py and torch/serialization.py.</remarks>
internal static class TorchPickle
{
    /// <summary>The options for one file.</summary>
    /// <param name="where">The file, for messages of its tensors.</param>
    /// <param name="storage">Finds the storage that a persistent id names.</param>
    public static PickleOptions Options(string where, Func<PickleTuple, StoragePart> storage) => new()
    {
        Values = TorchDType.Names,
        Builders = new Dictionary<string, PickleBuilder>(StringComparer.Ordinal)
        {
            ["torch._utils._rebuild_tensor"] = call => Tensor(where, call, null),
            ["torch._utils._rebuild_tensor_v2"] = call => Tensor(where, call, null),
            ["torch._utils._rebuild_tensor_v3"] = call => Tensor(where, call, call.Argument<TorchDType>(6)),
            ["torch._utils._rebuild_parameter"] = static call => call.Argument<TensorView>(0),
            ["torch._utils._rebuild_parameter_with_state"] = static call => call.Argument<TensorView>(0),
            ["torch.Size"] = static call => call.Argument<PickleTuple>(0),
            ["torch.device"] = Device,
        },
        PersistentLoad = id => id is PickleTuple { Count: >= 5 } parts && parts[0] is "storage"
            ? storage(parts)
            : throw new InvalidDataException($"it refers to {id ?? "None"}, which is no storage of a tensor"),
    };

    /// <summary>The fields of a persistent id that both formats have: (storage, class, key, device, count, …).</summary>
    public static (TorchDType Type, string Key, long Count) Storage(PickleTuple id) =>
        id[1] is TorchStorageType type && id[2] is string key && id[4] is long and >= 0 and long count
            ? (type.Type, key, count <= long.MaxValue / type.Type.Size ? count : throw new InvalidDataException($"a storage of {count} numbers is not possible"))
            : throw new InvalidDataException($"a storage is described by {id}");

    private static TensorView Tensor(string where, PickleCall call, TorchDType? type)
    {
        StoragePart part = call.Argument<StoragePart>(0);
        return new TensorView(where, part, type ?? part.Storage.Type, call.Argument<long>(1), Lengths(call, 2), Lengths(call, 3));
    }

    private static long[] Lengths(PickleCall call, int index)
    {
        PickleTuple lengths = call.Argument<PickleTuple>(index);
        call.Charge(8L * lengths.Count);
        return [.. lengths.Select(n => n is long length ? length : throw new InvalidDataException($"{call.Name} is given {lengths} where lengths should be"))];
    }

    /// <summary>A device as PyTorch prints it: <c>cpu</c>, <c>cuda:0</c>.</summary>
    private static string Device(PickleCall call) => call.Arguments.Count > 1 ? $"{call.Argument<string>(0)}:{call.Argument<long>(1)}" : call.Argument<string>(0);
}
