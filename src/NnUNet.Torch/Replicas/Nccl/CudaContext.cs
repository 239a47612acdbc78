using System.Runtime.InteropServices;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Replicas.Nccl;

/// <summary>The context of a CUDA device that libtorch uses too (its primary one), which calls of CUDA libraries find by their thread.</summary>
/// <remarks>TorchSharp cannot set a thread's device; the driver's library has a stable name, that of the runtime has not.</remarks>
internal sealed partial class CudaContext
{
    private const string Driver = "libcuda.so.1";
    private readonly nint _context;

    /// <summary>The context of a device.</summary>
    /// <param name="device">Its number among the visible ones.</param>
    /// <exception cref="ReplicaException">The driver refuses.</exception>
    public CudaContext(int device)
    {
        Check(cuInit(0), "cuInit");
        Check(cuDeviceGet(out int handle, device), "cuDeviceGet");
        Check(cuDevicePrimaryCtxRetain(out _context, handle), "cuDevicePrimaryCtxRetain"); // kept to the end of the process, as libtorch does
    }

    /// <summary>Makes the device that of this thread.</summary>
    public void MakeCurrent() => Check(cuCtxSetCurrent(_context), "cuCtxSetCurrent");

    private static void Check(int code, string function)
    {
        if (code != 0) throw new ReplicaException($"CUDA: {function}", $"the driver returned error {code}", "check the device with nvidia-smi, and CUDA_VISIBLE_DEVICES");
    }

    [LibraryImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuInit(uint flags);

    [LibraryImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuDevicePrimaryCtxRetain(out nint context, int device);

    [LibraryImport(Driver)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuCtxSetCurrent(nint context);
}
