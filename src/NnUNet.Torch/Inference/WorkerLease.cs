using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Inference;

/// <summary>A share of the one thread that calls torch for a device: all segmenters of a process queue on it.</summary>
/// <remarks>The thread starts with the first lease and ends with the last.</remarks>
internal sealed class WorkerLease : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<TorchDevice, (TorchWorker Worker, int Leases)> Workers = [];

    private int _returned;

    private WorkerLease(TorchWorker worker) => Worker = worker;

    /// <summary>The device's thread.</summary>
    public TorchWorker Worker { get; }

    /// <summary>Takes a share of a device's thread.</summary>
    /// <param name="device">The device.</param>
    /// <param name="threads">Threads of one operation from now on; 0 leaves what was set, at first the machine's cores.</param>
    /// <exception cref="Foundation.DescribedException">libtorch does not load, or there is no such device.</exception>
    public static WorkerLease Take(TorchDevice device, int threads)
    {
        lock (Gate)
        {
            if (!Workers.TryGetValue(device, out (TorchWorker Worker, int Leases) shared)) shared = (new TorchWorker(device, threads), 0);
            else if (threads > 0) shared.Worker.Run(() => TorchRuntime.SetThreads(threads));
            Workers[device] = (shared.Worker, shared.Leases + 1);
            return new WorkerLease(shared.Worker);
        }
    }

    /// <summary>Returns the share; the last one ends the thread.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _returned, 1) != 0) return;
        lock (Gate)
        {
            (TorchWorker worker, int leases) = Workers[Worker.Device];
            if (leases > 1)
            {
                Workers[Worker.Device] = (worker, leases - 1);
                return;
            }

            Workers.Remove(Worker.Device);
        }

        Worker.Dispose();
    }
}
