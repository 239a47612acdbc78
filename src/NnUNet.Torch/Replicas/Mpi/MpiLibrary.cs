using System.Runtime.InteropServices;
using System.Text;
using NnUNet.Torch.Replicas.Ranks;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Replicas.Mpi;

/// <summary>An MPI library of any of the binary interfaces in use, bound by name when it is needed; nothing is compiled against its headers.</summary>
/// <remarks>
/// Handles are machine words. Those of 32 bits lie in the low half of the register or of the word in memory, which x64 and arm64 both
/// read so. No status is ever read, and a buffer is passed where one is written, since the value that stands for none differs.
/// </remarks>
internal sealed unsafe class MpiLibrary
{
    /// <summary>Bytes that no MPI_Status exceeds: 20 in MPICH, 24 in Open MPI, 32 in MPI 5.</summary>
    public const int StatusBytes = 256;

    /// <summary>MPI_Init_thread.</summary>
    public readonly delegate* unmanaged<int*, nint, int, int*, int> InitThread;

    /// <summary>MPI_Initialized.</summary>
    public readonly delegate* unmanaged<int*, int> Initialized;

    /// <summary>MPI_Finalize.</summary>
    public readonly delegate* unmanaged<int> Finalize;

    /// <summary>MPI_Comm_rank.</summary>
    public readonly delegate* unmanaged<nint, int*, int> CommRank;

    /// <summary>MPI_Comm_size.</summary>
    public readonly delegate* unmanaged<nint, int*, int> CommSize;

    /// <summary>MPI_Comm_dup.</summary>
    public readonly delegate* unmanaged<nint, nint*, int> CommDup;

    /// <summary>MPI_Comm_set_errhandler.</summary>
    public readonly delegate* unmanaged<nint, nint, int> CommSetErrhandler;

    /// <summary>MPI_Ibarrier.</summary>
    public readonly delegate* unmanaged<nint, nint*, int> Ibarrier;

    /// <summary>MPI_Ibcast.</summary>
    public readonly delegate* unmanaged<nint, int, nint, int, nint, nint*, int> Ibcast;

    /// <summary>MPI_Iallreduce.</summary>
    public readonly delegate* unmanaged<nint, nint, int, nint, nint, nint, nint*, int> Iallreduce;

    /// <summary>MPI_Iallgather.</summary>
    public readonly delegate* unmanaged<nint, int, nint, nint, int, nint, nint, nint*, int> Iallgather;

    /// <summary>MPI_Test.</summary>
    public readonly delegate* unmanaged<nint*, int*, byte*, int> Test;

    /// <summary>MPI_Isend.</summary>
    public readonly delegate* unmanaged<nint, int, nint, int, int, nint, nint*, int> Isend;

    /// <summary>MPI_Iprobe.</summary>
    public readonly delegate* unmanaged<int, int, nint, int*, byte*, int> Iprobe;

    /// <summary>MPI_Recv.</summary>
    public readonly delegate* unmanaged<nint, int, nint, int, int, nint, byte*, int> Recv;

    /// <summary>MPI_Abort.</summary>
    public readonly delegate* unmanaged<nint, int, int> Abort;

    private readonly delegate* unmanaged<int, byte*, int*, int> _errorString;
    private readonly delegate* unmanaged<byte*, int*, int> _getLibraryVersion;
    private readonly nint _library;

    private MpiLibrary(nint library, string name)
    {
        _library = library;
        Name = name;
        Abi = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _) ? MpiAbi.OpenMpi
            : name.Contains("mpi_abi", StringComparison.Ordinal) ? MpiAbi.Standard : MpiAbi.Mpich;
        World = Handle("ompi_mpi_comm_world", 0x44000000, 0x101);
        Byte = Handle("ompi_mpi_byte", 0x4c00010d, 0x247);
        Float = Handle("ompi_mpi_float", 0x4c00040a, 0x210);
        Double = Handle("ompi_mpi_double", 0x4c00080b, 0x214);
        LongLong = Handle("ompi_mpi_long_long_int", 0x4c000809, 0x20b);
        Sum = Handle("ompi_mpi_op_sum", 0x58000003, 0x21);
        ErrorsReturn = Handle("ompi_mpi_errors_return", 0x54000001, 0x143);
        InPlace = Abi == MpiAbi.Mpich ? -1 : 1;
        ThreadSerialized = Abi == MpiAbi.Standard ? 2048 : 2;

        InitThread = (delegate* unmanaged<int*, nint, int, int*, int>)Function("MPI_Init_thread");
        Initialized = (delegate* unmanaged<int*, int>)Function("MPI_Initialized");
        Finalize = (delegate* unmanaged<int>)Function("MPI_Finalize");
        CommRank = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_rank");
        CommSize = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_size");
        CommDup = (delegate* unmanaged<nint, nint*, int>)Function("MPI_Comm_dup");
        CommSetErrhandler = (delegate* unmanaged<nint, nint, int>)Function("MPI_Comm_set_errhandler");
        Ibarrier = (delegate* unmanaged<nint, nint*, int>)Function("MPI_Ibarrier");
        Ibcast = (delegate* unmanaged<nint, int, nint, int, nint, nint*, int>)Function("MPI_Ibcast");
        Iallreduce = (delegate* unmanaged<nint, nint, int, nint, nint, nint, nint*, int>)Function("MPI_Iallreduce");
        Iallgather = (delegate* unmanaged<nint, int, nint, nint, int, nint, nint, nint*, int>)Function("MPI_Iallgather");
        Test = (delegate* unmanaged<nint*, int*, byte*, int>)Function("MPI_Test");
        Isend = (delegate* unmanaged<nint, int, nint, int, int, nint, nint*, int>)Function("MPI_Isend");
        Iprobe = (delegate* unmanaged<int, int, nint, int*, byte*, int>)Function("MPI_Iprobe");
        Recv = (delegate* unmanaged<nint, int, nint, int, int, nint, byte*, int>)Function("MPI_Recv");
        Abort = (delegate* unmanaged<nint, int, int>)Function("MPI_Abort");
        _errorString = (delegate* unmanaged<int, byte*, int*, int>)Function("MPI_Error_string");
        _getLibraryVersion = (delegate* unmanaged<byte*, int*, int>)Function("MPI_Get_library_version");
    }

    /// <summary>The file or name that it was loaded by.</summary>
    public string Name { get; }

    /// <summary>Its binary interface.</summary>
    public MpiAbi Abi { get; }

    /// <summary>MPI_COMM_WORLD.</summary>
    public nint World { get; }

    /// <summary>MPI_BYTE.</summary>
    public nint Byte { get; }

    /// <summary>MPI_FLOAT.</summary>
    public nint Float { get; }

    /// <summary>MPI_DOUBLE.</summary>
    public nint Double { get; }

    /// <summary>MPI_LONG_LONG_INT, which has 64 bits everywhere.</summary>
    public nint LongLong { get; }

    /// <summary>MPI_SUM.</summary>
    public nint Sum { get; }

    /// <summary>MPI_ERRORS_RETURN.</summary>
    public nint ErrorsReturn { get; }

    /// <summary>MPI_IN_PLACE.</summary>
    public nint InPlace { get; }

    /// <summary>MPI_THREAD_SERIALIZED.</summary>
    public int ThreadSerialized { get; }

    /// <summary>The library's own name and version, as <c>Open MPI v4.1.4</c>; may be asked before MPI_Init.</summary>
    public string Version
    {
        get
        {
            byte* text = stackalloc byte[8192]; // MPI_MAX_LIBRARY_VERSION_STRING of MPICH, the longest
            int length;
            _ = _getLibraryVersion(text, &length);
            string[] words = Encoding.UTF8.GetString(text, length).Split('\n', ',')[0].Split([' ', '\t', ':', '\0'], StringSplitOptions.RemoveEmptyEntries);
            return string.Join(' ', words.Where(static word => word != "Version")); // MPICH writes "MPICH Version:\t4.0.2"
        }
    }

    /// <summary>Loads the library that is named, or else that of the launcher, or else the first there is.</summary>
    /// <param name="named">The file or name to load (<see cref="RankSettings.MpiLibrary"/>), or null.</param>
    /// <param name="launcher">What has started this process.</param>
    /// <exception cref="ReplicaException">No such library loads here, or it lacks a function.</exception>
    public static MpiLibrary Load(string? named, RankStart launcher)
    {
        // UCX, which Open MPI may bring, would take over SIGSEGV: .NET needs that signal for null references.
        NativeEnvironment.SetDefault("UCX_ERROR_SIGNALS", "");
        string[] names = named is null ? Names(launcher) : [named];
        string name = names.FirstOrDefault(static n => OpenGlobally(n) != 0) ?? throw new ReplicaException(
            named is null ? "MPI" : $"variable {RankSettings.MpiVariable}",
            $"no MPI library loads here by the name {string.Join(", ", names)}",
            $"install Open MPI or MPICH (Debian: openmpi-bin), or set {RankSettings.MpiVariable} to the file");
        try
        {
            return new MpiLibrary(OpenGlobally(name), name);
        }
        catch (EntryPointNotFoundException fault)
        {
            throw new ReplicaException($"MPI library {name}", fault.Message, $"set {RankSettings.MpiVariable} to a library of MPI 3 or later", fault);
        }
    }

    /// <summary>What an error code of the library means.</summary>
    public string Describe(int code)
    {
        byte* text = stackalloc byte[4096];
        int length;
        return _errorString(code, text, &length) == 0 ? Encoding.UTF8.GetString(text, length) : $"error {code}";
    }

    /// <summary>The names to try, those first that fit to the launcher: the library of another one would see a world of one process.</summary>
    internal static string[] Names(RankStart launcher)
    {
        if (OperatingSystem.IsWindows()) return ["msmpi.dll", "impi.dll"];

        string[] openMpi = OperatingSystem.IsMacOS() ? ["libmpi.40.dylib", "libmpi.80.dylib"] : ["libmpi.so.40", "libmpi.so.80"];
        string[] mpich = OperatingSystem.IsMacOS() ? ["libmpi.12.dylib", "libmpich.12.dylib"] : ["libmpich.so.12", "libmpi.so.12", "libmpi_cray.so.12"];
        string[] standard = OperatingSystem.IsMacOS() ? ["libmpi_abi.1.dylib", "libmpi_abi.0.dylib"] : ["libmpi_abi.so.1", "libmpi_abi.so.0"];
        return launcher == RankStart.Hydra ? [.. mpich, .. standard, .. openMpi] : [.. openMpi, .. standard, .. mpich];
    }

    private nint Handle(string openMpiObject, long mpich, long standard) => Abi switch
    {
        MpiAbi.OpenMpi => Function(openMpiObject),
        MpiAbi.Mpich => (nint)mpich,
        _ => (nint)standard,
    };

    private nint Function(string name) => NativeLibrary.GetExport(_library, name);

    /// <summary>Loads a library so that its plug-ins find its symbols, as those of Open MPI must; .NET keeps them apart. 0: it does not load.</summary>
    private static nint OpenGlobally(string name)
    {
        nint library;
        if (OperatingSystem.IsWindows()) return NativeLibrary.TryLoad(name, out library) ? library : 0;

        // Before glibc 2.34 the function is in a library of its own, which is still there, empty, in later ones.
        string[] holders = OperatingSystem.IsMacOS() ? ["libSystem.dylib"] : ["libdl.so.2", "libc.so.6", "libc.so"];
        nint open = holders
            .Select(static holder => NativeLibrary.TryLoad(holder, out nint h) && NativeLibrary.TryGetExport(h, "dlopen", out nint function) ? function : 0)
            .FirstOrDefault(static function => function != 0);
        if (open == 0) return NativeLibrary.TryLoad(name, out library) ? library : 0;

        const int lazy = 1;
        int global = OperatingSystem.IsMacOS() ? 8 : 0x100;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0')) return ((delegate* unmanaged<byte*, int, nint>)open)(text, lazy | global);
    }
}
