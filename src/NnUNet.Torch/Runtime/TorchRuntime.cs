using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;
using TorchSharp;

namespace NnUNet.Torch.Runtime;

/// <summary>Loads libtorch, when something is about to compute and not before.</summary>
/// <remarks>
/// Touching a type of this library loads nothing native. Every entry point that computes calls <see cref="Initialize"/>
/// first; what it sets in the environment must be there before libtorch and its OpenMP library are loaded.
/// </remarks>
public static class TorchRuntime
{
    /// <summary>Bytes that libtorch takes once it computes, by measurement: its code, its threads and what it keeps of operations.</summary>
    private const long HeldBytes = 192L << 20;

    private static readonly Lock Gate = new();
    private static volatile bool _loaded;
    private static int _threads;

    /// <summary>Whether libtorch has been loaded by <see cref="Initialize"/>.</summary>
    public static bool IsLoaded => _loaded;

    /// <summary>Threads that torch computes one operation with.</summary>
    /// <value><see cref="OperationThreads.Default"/> until <see cref="Initialize"/> sets another number.</value>
    public static int Threads => _threads > 0 ? _threads : OperationThreads.Default;

    /// <summary>Loads libtorch if it is not loaded, and sets the threads of one operation.</summary>
    /// <param name="threads">Threads of one operation; 0 leaves what was set, at first <see cref="OperationThreads.Default"/>.</param>
    /// <exception cref="DescribedException">libtorch is not there or does not load on this machine.</exception>
    public static void Initialize(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        MemoryLimit.Hold("libtorch", HeldBytes);
        lock (Gate)
        {
            if (threads > 0) _threads = threads;
            if (!_loaded)
            {
                PrepareEnvironment();
                Load();
                _loaded = true;
            }
            else if (threads == 0)
            {
                return;
            }

            SetThreads(Threads);
        }
    }

    /// <summary>Begins to load libtorch on a thread of its own, while the caller does what needs no torch.</summary>
    /// <returns>Dispose it at the work's end: it waits for the loading, within which a process must not end.</returns>
    /// <remarks>Where libtorch does not load, the next call of <see cref="Initialize"/> throws with the cause.</remarks>
    public static IDisposable LoadAhead() => new Loading();

    /// <summary>The devices as <c>--device</c> takes them, the CPU first. Loads libtorch only where it may have others than the CPU.</summary>
    /// <exception cref="DescribedException">libtorch does not load here.</exception>
    public static IReadOnlyList<string> DeviceNames() =>
        HasCudaLibrary() ? ["cpu", .. Enumerable.Range(0, CudaDeviceCount()).Select(static i => new TorchDevice(true, i).ToString())] : ["cpu"];

    /// <summary>Number of CUDA devices that torch can use here.</summary>
    internal static int CudaDeviceCount()
    {
        Initialize();
        return torch.cuda.is_available() ? torch.cuda.device_count() : 0;
    }

    /// <summary>Sets the threads of the calling thread's OpenMP team: each thread that calls torch has its own.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void SetThreads(int threads) => torch.set_num_threads(threads);

    /// <summary>Whether libtorch for CUDA is where native libraries are looked for.</summary>
    private static bool HasCudaLibrary()
    {
        string library = OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so";
        return AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is not string folders
            || folders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append(AppContext.BaseDirectory).Any(folder => File.Exists(Path.Combine(folder, library)));
    }

    private static void PrepareEnvironment()
    {
        // Idle threads of a team spin for a short while only (the default is about a millisecond): the loader threads of a
        // training need the cores between two operations, and two operations of one step follow each other more closely.
        NativeEnvironment.SetDefault("GOMP_SPINCOUNT", "20000");
        NativeEnvironment.SetDefault("KMP_BLOCKTIME", "1");

        // Activations are of tens of megabytes: large pages save most of the page faults.
        NativeEnvironment.SetDefault("THP_MEM_ALLOC_ENABLE", "1");
    }

    /// <remarks>
    /// TorchSharp's own loading, where it fails, prints a trace to the console and copies half a gigabyte beside the program.
    /// So the libraries are loaded here first, in the same order and with the same search path.
    /// </remarks>
    private static void Load()
    {
        foreach (string name in (ReadOnlySpan<string>)["torch_cpu", "LibTorchSharp"])
        {
            try
            {
                NativeLibrary.Load(name, typeof(torch).Assembly, null);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                throw new DescribedException(
                    "libtorch",
                    $"the native library {name} does not load ({Cause(e.Message)})",
                    "the program must reference TorchSharp-cpu or a CUDA package for this platform, and a Linux needs glibc 2.28 or newer",
                    e);
            }
        }

        torch.InitializeDeviceType(DeviceType.CPU);
    }

    /// <summary>The line of the loader's report that tells why; it lists every place where there is no such file, too.</summary>
    private static string Cause(string report) =>
        report.Split('\n').Skip(1).Select(static l => l.Trim()).LastOrDefault(static l => l.Length > 0 && !l.EndsWith("No such file or directory", StringComparison.Ordinal))
        ?? "it is not beside the program";

    private sealed class Loading : IDisposable
    {
        private readonly Thread? _thread;

        public Loading()
        {
            // Before the caller makes a budget of what is left.
            MemoryLimit.Hold("libtorch", HeldBytes);

            // On the caller's thread: other threads may read the environment while this one loads.
            if (_loaded) return;
            PrepareEnvironment();
            NativeFunctions.BindReading();
            _thread = new Thread(Load) { IsBackground = true, Name = "torch loading" };
            _thread.Start();
        }

        public void Dispose() => _thread?.Join();

        private static void Load()
        {
            try
            {
                Initialize();
            }
            catch (DescribedException)
            {
                // Whoever needs torch tries again and gets the error.
            }
        }
    }
}
