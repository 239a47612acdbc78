using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Replicas;

/// <summary>Where a tensor's values lie.</summary>
/// <remarks>TorchSharp's own access to them ends at 2 GiB and does not tell the address; the function is one that its native library exports.</remarks>
internal static partial class TensorMemory
{
    private const string TorchSharpLibrary = "LibTorchSharp";

    static TensorMemory() => NativeLibrary.SetDllImportResolver(
        typeof(TensorMemory).Assembly,
        static (name, _, path) => name == TorchSharpLibrary ? NativeLibrary.Load(name, typeof(torch).Assembly, path) : 0);

    /// <summary>The address of a tensor's first value, on its device; valid as long as the tensor is.</summary>
    /// <exception cref="ArgumentException">The tensor is not contiguous.</exception>
    public static nint Of(Tensor tensor) => tensor.is_contiguous()
        ? THSTensor_data(tensor.Handle)
        : throw new ArgumentException("the tensor is not contiguous", nameof(tensor));

    /// <summary>The bytes of a tensor's values.</summary>
    public static long Bytes(Tensor tensor) => tensor.numel() * tensor.element_size();

    [LibraryImport(TorchSharpLibrary)]
    private static partial nint THSTensor_data(nint tensor);
}
