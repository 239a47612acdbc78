using NnUNet.Torch.Replicas.Ranks;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Replicas.Mpi;

/// <summary>Processes that mpirun, mpiexec or srun has started, joined by MPI.</summary>
/// <remarks>
/// Tensors of a device are copied to the host and back. MPI demands that all ranks get identical results of a sum (MPI 4.1, 6.9.6), for
/// all that the order of its additions is the library's own.
/// </remarks>
internal sealed unsafe class MpiCommunicator : ICommunicator
{
    /// <summary>
    /// The bytes of a piece. Counts have 32 bits, so there must be pieces; at this size a sum stays in the caches and in the buffers that the
    /// library keeps: 120 MB as one took four times as long.
    /// </summary>
    public const long DefaultPieceBytes = 1L << 22;

    private readonly MpiLibrary _mpi;
    private readonly MpiThread _thread;
    private readonly long _pieceBytes;

    /// <summary>Joins the ranks: all of them call this, once in a process.</summary>
    /// <param name="settings">The library, and how long a rank may be silent.</param>
    /// <param name="environment">What has started this process.</param>
    /// <param name="tell">Takes the last words of this process before it is ended; called by another thread.</param>
    /// <param name="pieceBytes">The bytes of the pieces that big tensors travel in; the same for all ranks.</param>
    /// <exception cref="ReplicaException">There is no MPI, it does not start, or its world is not the launcher's.</exception>
    public MpiCommunicator(RankSettings settings, RankEnvironment environment, Action<string> tell, long pieceBytes = DefaultPieceBytes)
    {
        if (environment.Start == RankStart.Slurm) environment.CheckWorld(1, "MPI"); // which would end the process in words of its own
        _mpi = MpiLibrary.Load(settings.MpiLibrary, environment.Start);
        _thread = new MpiThread(_mpi, settings, tell);
        _pieceBytes = pieceBytes;
        LocalRank = HostNames.LocalRank(Hosts, Rank);
        try
        {
            environment.CheckWorld(World, Engine);
        }
        catch (ReplicaException)
        {
            Dispose(); // all ranks of this world come here
            throw;
        }
    }

    /// <inheritdoc/>
    public string Engine => $"MPI: {_mpi.Version}";

    /// <inheritdoc/>
    public int Rank => _thread.Rank;

    /// <inheritdoc/>
    public int World => _thread.World;

    /// <inheritdoc/>
    public int LocalRank { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Hosts => _thread.Hosts;

    /// <inheritdoc/>
    public void Barrier() =>
        _thread.Begin(new MpiOperation("MPI_Ibarrier", new CollectiveCall(CollectiveKind.Barrier), 1, (_, request) => _mpi.Ibarrier(_mpi.World, (nint*)request))).Wait();

    /// <inheritdoc/>
    public void Broadcast(Tensor tensor, int root)
    {
        using HostTensor host = new(tensor);
        nint memory = TensorMemory.Of(host.Values);
        long bytes = TensorMemory.Bytes(tensor);
        _thread.Begin(new MpiOperation(
            "MPI_Ibcast",
            new CollectiveCall(CollectiveKind.Broadcast, bytes, root),
            Pieces(bytes),
            (piece, request) => _mpi.Ibcast(memory + (nint)(piece * _pieceBytes), PieceBytes(bytes, piece), _mpi.Byte, root, _mpi.World, (nint*)request))).Wait();
        if (Rank != root) host.WriteBack();
    }

    /// <inheritdoc/>
    public void Sum(Tensor tensor) => BeginSum(tensor).Wait();

    /// <inheritdoc/>
    public IPendingSum BeginSum(Tensor tensor)
    {
        nint type = tensor.dtype switch
        {
            ScalarType.Float32 => _mpi.Float,
            ScalarType.Float64 => _mpi.Double,
            ScalarType.Int64 => _mpi.LongLong,
            _ => throw new ArgumentException($"sums are of float32, float64 or int64, not of {tensor.dtype}", nameof(tensor)),
        };
        HostTensor host = new(tensor);
        nint memory = TensorMemory.Of(host.Values);
        long bytes = TensorMemory.Bytes(tensor);
        int size = (int)tensor.element_size();
        MpiOperation sum = _thread.Begin(new MpiOperation(
            "MPI_Iallreduce",
            new CollectiveCall(CollectiveKind.Sum, bytes),
            Pieces(bytes),
            (piece, request) => _mpi.Iallreduce(_mpi.InPlace, memory + (nint)(piece * _pieceBytes), PieceBytes(bytes, piece) / size, type, _mpi.Sum, _mpi.World, (nint*)request)));
        return new PendingHostSum(sum, host);
    }

    /// <inheritdoc/>
    public Tensor Gather(Tensor tensor)
    {
        using HostTensor host = new(tensor);
        Tensor all = empty([World, .. tensor.shape], tensor.dtype); // (W, …)
        nint from = TensorMemory.Of(host.Values);
        nint to = TensorMemory.Of(all);
        long bytes = TensorMemory.Bytes(tensor);
        CollectiveCall call = new(CollectiveKind.Gather, bytes);
        int pieces = Pieces(bytes);
        if (pieces <= 1)
        {
            int count = (int)bytes;
            _thread.Begin(new MpiOperation(
                "MPI_Iallgather",
                call,
                pieces,
                (_, request) => _mpi.Iallgather(from, count, _mpi.Byte, to, count, _mpi.Byte, _mpi.World, (nint*)request))).Wait();
        }
        else
        {
            // Pieces of each rank's values in turn: those of one MPI_Allgather would have to lie beside each other.
            Buffer.MemoryCopy((void*)from, (void*)(to + (nint)(Rank * bytes)), bytes, bytes);
            _thread.Begin(new MpiOperation("MPI_Ibcast", call, World * pieces, (number, request) =>
            {
                (int root, int piece) = Math.DivRem(number, pieces);
                return _mpi.Ibcast(to + (nint)((root * bytes) + (piece * _pieceBytes)), PieceBytes(bytes, piece), _mpi.Byte, root, _mpi.World, (nint*)request);
            })).Wait();
        }

        if (tensor.device_type == DeviceType.CPU) return all;
        using (all) return all.to(tensor.device);
    }

    /// <inheritdoc/>
    public void Abort(string reason, int exitCode) => _thread.Abort(reason, exitCode);

    /// <inheritdoc/>
    public void Dispose() => _thread.Dispose();

    private int Pieces(long bytes) => checked((int)((bytes + _pieceBytes - 1) / _pieceBytes));

    private int PieceBytes(long bytes, int piece) => (int)Math.Min(_pieceBytes, bytes - (piece * _pieceBytes));

    /// <summary>A sum whose values may have to be copied back to their device.</summary>
    private sealed class PendingHostSum(MpiOperation sum, HostTensor host) : IPendingSum
    {
        private bool _isDone;

        public void Wait()
        {
            if (_isDone) return;
            _isDone = true;
            using (host)
            {
                sum.Wait();
                host.WriteBack();
            }
        }
    }
}
