using NnUNet.Foundation;
using NnUNet.Torch.Replicas.Ranks;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Replicas.Nccl;

/// <summary>Processes with a CUDA device each, joined by NCCL.</summary>
/// <remarks>
/// TorchSharp knows no streams: all its work is on each device's default stream. Operations go there too, and so come after the work that
/// makes their values and before the work that reads them, without any waiting; the host waits where it reads a value. Tensors of the host
/// go through the communicator that handed over the identity where there is one, else over the device.
/// </remarks>
internal sealed unsafe class NcclCommunicator : ICommunicator
{
    private const nint DefaultStream = 0;
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);

    private readonly NcclLibrary _nccl;
    private readonly CudaContext _context;
    private readonly ICommunicator? _control;
    private readonly Action<string> _tell;
    private readonly Device _device;
    private readonly nint _communicator;
    private readonly ManualResetEvent _ends = new(false);
    private readonly Thread _watch;
    private int _aborted;
    private bool _isDisposed;

    private NcclCommunicator(NcclLibrary nccl, NcclId id, int rank, int world, int localRank, int device, ICommunicator? control, Action<string> tell)
    {
        (_nccl, Rank, World, LocalRank, _control, _tell) = (nccl, rank, world, localRank, control, tell);
        Hosts = control?.Hosts ?? [.. Enumerable.Repeat(Environment.MachineName, world)];
        _device = new Device(DeviceType.CUDA, device);
        zeros(1, device: _device).Dispose(); // libtorch makes the device's context
        _context = new CudaContext(device);
        _context.MakeCurrent();
        nint communicator;
        _nccl.Check(_nccl.CommInitRank(&communicator, world, id, rank), "ncclCommInitRank");
        _communicator = communicator;
        _watch = new Thread(Watch) { IsBackground = true, Name = "NCCL's watch" };
        _watch.Start();
    }

    /// <inheritdoc/>
    public string Engine => $"NCCL {_nccl.Version}";

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int World { get; }

    /// <inheritdoc/>
    public int LocalRank { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Hosts { get; }

    /// <summary>Joins the ranks of another communicator, which hands over the identity, takes the tensors of the host and is disposed with this one.</summary>
    /// <param name="settings">The library.</param>
    /// <param name="control">The other communicator.</param>
    /// <param name="device">The number of this rank's device.</param>
    /// <param name="tell">Takes the last words of this process before it is ended; called by another thread.</param>
    /// <exception cref="ReplicaException">There is no NCCL, or it cannot join the ranks.</exception>
    public static NcclCommunicator Join(RankSettings settings, ICommunicator control, int device, Action<string> tell)
    {
        NcclLibrary nccl = NcclLibrary.Load(settings.NcclLibrary);
        NcclId id = control.Rank == 0 ? nccl.NewId() : default;
        using (Tensor bytes = tensor(((ReadOnlySpan<byte>)id).ToArray()))
        {
            control.Broadcast(bytes, 0);
            bytes.data<byte>().ToArray().CopyTo((Span<byte>)id);
        }

        return new NcclCommunicator(nccl, id, control.Rank, control.World, control.LocalRank, device, control, tell);
    }

    /// <summary>Joins the ranks that <see cref="RankLauncher"/> has started on this host.</summary>
    /// <param name="settings">The library.</param>
    /// <param name="environment">Which of them this process is.</param>
    /// <param name="id">The identity that the starter has handed over.</param>
    /// <param name="device">The number of this rank's device.</param>
    /// <param name="tell">Takes the last words of this process before it is ended; called by another thread.</param>
    /// <exception cref="ReplicaException">There is no NCCL, it cannot join the ranks, or the starter has not said which of them this is.</exception>
    public static NcclCommunicator Join(RankSettings settings, RankEnvironment environment, NcclId id, int device, Action<string> tell) =>
        environment is { Rank: { } rank, World: { } world, LocalRank: { } localRank }
            ? new NcclCommunicator(NcclLibrary.Load(settings.NcclLibrary), id, rank, world, localRank, device, control: null, tell)
            : throw new ReplicaException("NCCL", "this process does not know which rank it is", $"set {RankEnvironment.RankVariable}, {RankEnvironment.WorldVariable} and {RankEnvironment.LocalRankVariable}");

    /// <inheritdoc/>
    public void Barrier()
    {
        if (_control is not null)
        {
            _control.Barrier();
            return;
        }

        using Tensor one = zeros(1, device: _device);
        Sum(one);
        cuda.synchronize(_device);
    }

    /// <inheritdoc/>
    public void Broadcast(Tensor tensor, int root)
    {
        if (tensor.device_type != DeviceType.CUDA && _control is not null)
        {
            _control.Broadcast(tensor, root);
            return;
        }

        OnDevice(
            tensor,
            (memory, count) => _nccl.Check(_nccl.Broadcast(memory, memory, count, NcclLibrary.Bytes, root, _communicator, DefaultStream), "ncclBroadcast"),
            TensorMemory.Bytes(tensor));
    }

    /// <inheritdoc/>
    public void Sum(Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CUDA && _control is not null)
        {
            _control.Sum(tensor);
            return;
        }

        int type = tensor.dtype switch
        {
            ScalarType.Float32 => NcclLibrary.Float32,
            ScalarType.Float64 => NcclLibrary.Float64,
            ScalarType.Int64 => NcclLibrary.Int64,
            _ => throw new ArgumentException($"sums are of float32, float64 or int64, not of {tensor.dtype}", nameof(tensor)),
        };
        OnDevice(
            tensor,
            (memory, count) => _nccl.Check(_nccl.AllReduce(memory, memory, count, type, NcclLibrary.Sum, _communicator, DefaultStream), "ncclAllReduce"),
            tensor.numel());
    }

    /// <inheritdoc/>
    public IPendingSum BeginSum(Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CUDA && _control is not null) return _control.BeginSum(tensor);
        Sum(tensor);
        return DoneSum.Instance; // the stream brings what reads it after it
    }

    /// <inheritdoc/>
    public Tensor Gather(Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CUDA && _control is not null) return _control.Gather(tensor);

        using Tensor own = tensor.detach().to(_device);
        Tensor all = empty([World, .. tensor.shape], tensor.dtype, _device); // (W, …)
        _context.MakeCurrent();
        _nccl.Check(_nccl.AllGather(TensorMemory.Of(own), TensorMemory.Of(all), (nuint)TensorMemory.Bytes(own), NcclLibrary.Bytes, _communicator, DefaultStream), "ncclAllGather");
        if (tensor.device_type == DeviceType.CUDA) return all;
        using (all) return all.to(tensor.device);
    }

    /// <inheritdoc/>
    public void Abort(string reason, int exitCode)
    {
        if (_control is not null) _control.Abort(reason, exitCode); // ends this process too

        if (Interlocked.Exchange(ref _aborted, 1) == 0) _tell($"rank {Rank} on host {Environment.MachineName}: {reason}");
        ProcessEnd.AtOnce(exitCode); // the one that has started the ranks ends the others
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _ends.Set();
        _watch.Join();
        _ends.Dispose();
        _context.MakeCurrent();
        _ = _nccl.CommDestroy(_communicator);
        _control?.Dispose();
    }

    private void OnDevice(Tensor tensor, Action<nint, nuint> operation, long count)
    {
        using Tensor? copy = tensor.device_type == DeviceType.CUDA ? null : tensor.detach().to(_device);
        _context.MakeCurrent();
        operation(TensorMemory.Of(copy ?? tensor), (nuint)count);
        if (copy is null) return;
        using (no_grad()) tensor.copy_(copy);
    }

    /// <summary>Asks NCCL now and then whether a rank was lost: the host would wait for the stream for ever.</summary>
    private void Watch()
    {
        while (!_ends.WaitOne(WatchEvery))
        {
            int state;
            int code = _nccl.CommGetAsyncError(_communicator, &state);
            if (code == 0 && state is 0 or NcclLibrary.InProgress) continue;
            Abort($"NCCL has lost another rank: {_nccl.Describe(code != 0 ? code : state)}", SilenceWatch.LostExitCode);
        }
    }
}
