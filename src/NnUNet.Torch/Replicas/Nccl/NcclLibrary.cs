using System.Runtime.InteropServices;
using NnUNet.Torch.Replicas.Ranks;
using TorchSharp;

namespace NnUNet.Torch.Replicas.Nccl;

/// <summary>NVIDIA's NCCL, bound by name when it is needed: the one within libtorch's CUDA library, else the system's.</summary>
/// <remarks>Two copies of NCCL in one process do not disturb each other, but the one that libtorch brings fits to its CUDA.</remarks>
internal sealed unsafe class NcclLibrary
{
    /// <summary>ncclUint8.</summary>
    public const int Bytes = 1;

    /// <summary>ncclInt64.</summary>
    public const int Int64 = 4;

    /// <summary>ncclFloat32.</summary>
    public const int Float32 = 7;

    /// <summary>ncclFloat64.</summary>
    public const int Float64 = 8;

    /// <summary>ncclSum.</summary>
    public const int Sum = 0;

    /// <summary>ncclInProgress: what ncclCommGetAsyncError may say of a communicator in order.</summary>
    public const int InProgress = 7;

    /// <summary>ncclGetUniqueId.</summary>
    public readonly delegate* unmanaged<NcclId*, int> GetUniqueId;

    /// <summary>ncclCommInitRank.</summary>
    public readonly delegate* unmanaged<nint*, int, NcclId, int, int> CommInitRank;

    /// <summary>ncclCommDestroy.</summary>
    public readonly delegate* unmanaged<nint, int> CommDestroy;

    /// <summary>ncclCommGetAsyncError.</summary>
    public readonly delegate* unmanaged<nint, int*, int> CommGetAsyncError;

    /// <summary>ncclAllReduce: from, to, count, type, operation, communicator, stream.</summary>
    public readonly delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int> AllReduce;

    /// <summary>ncclBroadcast: from, to, count, type, root, communicator, stream.</summary>
    public readonly delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int> Broadcast;

    /// <summary>ncclAllGather: from, to, count of one, type, communicator, stream.</summary>
    public readonly delegate* unmanaged<nint, nint, nuint, int, nint, nint, int> AllGather;

    private readonly delegate* unmanaged<int*, int> _getVersion;
    private readonly delegate* unmanaged<int, byte*> _getErrorString;
    private readonly nint _library;

    private NcclLibrary(nint library)
    {
        _library = library;
        _getVersion = (delegate* unmanaged<int*, int>)Function("ncclGetVersion");
        _getErrorString = (delegate* unmanaged<int, byte*>)Function("ncclGetErrorString");
        GetUniqueId = (delegate* unmanaged<NcclId*, int>)Function("ncclGetUniqueId");
        CommInitRank = (delegate* unmanaged<nint*, int, NcclId, int, int>)Function("ncclCommInitRank");
        CommDestroy = (delegate* unmanaged<nint, int>)Function("ncclCommDestroy");
        CommGetAsyncError = (delegate* unmanaged<nint, int*, int>)Function("ncclCommGetAsyncError");
        AllReduce = (delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int>)Function("ncclAllReduce");
        Broadcast = (delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int>)Function("ncclBroadcast");
        AllGather = (delegate* unmanaged<nint, nint, nuint, int, nint, nint, int>)Function("ncclAllGather");
    }

    /// <summary>The version, as <c>2.27.5</c>.</summary>
    public string Version
    {
        get
        {
            int version;
            return _getVersion(&version) == 0 ? $"{version / 10000}.{version / 100 % 100}.{version % 100}" : "of unknown version";
        }
    }

    /// <summary>Loads the library that is named, or else the first that has the functions.</summary>
    /// <param name="named">The file or name to load (<see cref="RankSettings.NcclLibrary"/>), or null.</param>
    /// <exception cref="ReplicaException">There is none here, or it lacks a function.</exception>
    public static NcclLibrary Load(string? named)
    {
        string[] names = named is null ? ["torch_cuda", "libnccl.so.2"] : [named];
        nint library = names
            .Select(static name => NativeLibrary.TryLoad(name, typeof(torch).Assembly, null, out nint found) && NativeLibrary.TryGetExport(found, "ncclAllReduce", out _) ? found : 0)
            .FirstOrDefault(static found => found != 0);
        if (library == 0)
        {
            throw new ReplicaException(
                named is null ? "NCCL" : $"variable {RankSettings.NcclVariable}",
                $"there is no NCCL in {string.Join(" or ", names)}",
                $"use a build for CUDA on Linux, install libnccl2, or set {RankSettings.NcclVariable} to the file");
        }

        try
        {
            return new NcclLibrary(library);
        }
        catch (EntryPointNotFoundException fault)
        {
            throw new ReplicaException("NCCL", fault.Message, $"set {RankSettings.NcclVariable} to a library of NCCL 2.4 or later", fault);
        }
    }

    /// <summary>A new identity. This process must live until all ranks have joined: they find one another by it.</summary>
    public NcclId NewId()
    {
        NcclId id;
        Check(GetUniqueId(&id), "ncclGetUniqueId");
        return id;
    }

    /// <summary>Turns an error code into an exception.</summary>
    /// <exception cref="ReplicaException">The code is not 0.</exception>
    public void Check(int code, string function)
    {
        if (code != 0) throw new ReplicaException($"NCCL {Version}: {function}", Describe(code), "set NCCL_DEBUG=INFO to see what it does");
    }

    /// <summary>What an error code of the library means.</summary>
    public string Describe(int code) => $"{Marshal.PtrToStringUTF8((nint)_getErrorString(code))} ({code})";

    private nint Function(string name) => NativeLibrary.GetExport(_library, name);
}
