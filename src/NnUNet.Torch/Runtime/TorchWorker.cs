using System.Collections.Concurrent;
using NnUNet.Foundation;

namespace NnUNet.Torch.Runtime;

/// <summary>The one thread that calls torch for a device; calls are queued.</summary>
/// <remarks>
/// OpenMP teams and dispose scopes belong to a thread: with one thread a device there is one team, and no tensor is
/// touched from two sides. A call from the worker's own thread runs at once. Exceptions travel to the caller as they are.
/// </remarks>
public sealed class TorchWorker : IDisposable
{
    // Deep networks recurse while their gradients are computed; macOS would give half a megabyte.
    private const int StackBytes = 16 << 20;

    private readonly BlockingCollection<Action> _queue = [];
    private readonly Thread _thread;
    private int _disposed;

    /// <summary>Starts the thread; libtorch is loaded by it.</summary>
    /// <param name="device">The device that the work is for.</param>
    /// <param name="threads">Threads of one operation; 0 means <see cref="TorchRuntime.Threads"/>.</param>
    /// <exception cref="DescribedException">libtorch does not load, or there is no such device.</exception>
    public TorchWorker(TorchDevice device, int threads = 0)
    {
        Device = device;
        _thread = new Thread(Work, StackBytes) { IsBackground = true, Name = $"torch {device}" };
        _thread.Start();
        try
        {
            Run(() =>
            {
                _ = device.ToTorch();
                TorchRuntime.SetThreads(threads > 0 ? threads : TorchRuntime.Threads);
            });
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The device that the work is for.</summary>
    public TorchDevice Device { get; }

    /// <summary>Runs a function on the worker's thread and waits for its result.</summary>
    /// <remarks>Tensors of dispose scopes do not survive the function unless they leave their scope.</remarks>
    /// <exception cref="ObjectDisposedException">The worker has been disposed.</exception>
    public T Run<T>(Func<T> function)
    {
        if (Thread.CurrentThread == _thread) return function();

        Call<T> call = new(function);
        try
        {
            _queue.Add(call.Work);
        }
        catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
        {
            throw new ObjectDisposedException("the thread that calls torch has ended", e);
        }

        return call.Take();
    }

    /// <summary>Runs an action on the worker's thread and waits for its end.</summary>
    /// <exception cref="ObjectDisposedException">The worker has been disposed.</exception>
    public void Run(Action action) => Run(() =>
    {
        action();
        return true;
    });

    /// <summary>Finishes what is queued and ends the thread.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _queue.CompleteAdding();
        if (Thread.CurrentThread != _thread) _thread.Join();
        _queue.Dispose();
    }

    private void Work()
    {
        foreach (Action action in _queue.GetConsumingEnumerable()) action();
    }

    /// <summary>A call on its way to the thread and back.</summary>
    /// <remarks>The thread knows the last call until the next one comes: what the call worked on, and its result, which may be gigabytes, are not kept by that.</remarks>
    private sealed class Call<T>(Func<T> function)
    {
        private readonly TaskCompletionSource _done = new();
        private Func<T>? _function = function;
        private T? _result;

        public void Work()
        {
            try
            {
                _result = _function!();
                _function = null;
                _done.SetResult();
            }
#pragma warning disable CA1031 // every exception travels to the caller
            catch (Exception e)
#pragma warning restore CA1031
            {
                _function = null;
                _done.SetException(e);
            }
        }

        /// <summary>Waits for the result.</summary>
        public T Take()
        {
            _done.Task.GetAwaiter().GetResult();
            T result = _result!;
            _result = default;
            return result;
        }
    }
}
