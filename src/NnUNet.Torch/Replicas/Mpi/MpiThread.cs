using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using NnUNet.Foundation;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Replicas.Mpi;

/// <summary>The thread that makes all calls of MPI of a process, one operation after the other, and answers other ranks meanwhile.</summary>
/// <remarks>
/// MPI libraries make progress only inside their calls: with a thread of their own, sums run beside the backward pass. It never waits
/// inside MPI: operations are begun and then asked for (MPI_Test), so that it hears other ranks at any time, and can end.
/// </remarks>
internal sealed unsafe class MpiThread : IDisposable
{
    private const int NoExitCode = int.MinValue;
    private static readonly TimeSpan ServeEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(3);

    private readonly BlockingCollection<MpiOperation> _queue = [];
    private readonly MpiLibrary _mpi;
    private readonly RankSettings _settings;
    private readonly Action<string> _tell;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte* _status = (byte*)NativeMemory.AllocZeroed(MpiLibrary.StatusBytes);
    private readonly nint* _request = (nint*)NativeMemory.AllocZeroed((nuint)sizeof(nint));
    private MpiPulse? _pulse;
    private RankWatch? _watch;
    private TimeSpan _served;
    private TimeSpan _sent;
    private int _exitCode = NoExitCode;
    private volatile bool _aborts;
    private bool _isDisposed;

    /// <summary>Starts the thread and MPI in it; returns when all ranks have done so.</summary>
    /// <param name="mpi">The library.</param>
    /// <param name="settings">How long a rank may be silent.</param>
    /// <param name="tell">Takes the last words of this process.</param>
    /// <exception cref="ReplicaException">MPI does not start.</exception>
    public MpiThread(MpiLibrary mpi, RankSettings settings, Action<string> tell)
    {
        (_mpi, _settings, _tell) = (mpi, settings, tell);
        _thread = new Thread(Work) { IsBackground = true, Name = "MPI" };
        _thread.Start();
        _started.Task.GetAwaiter().GetResult();
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>The number of this process.</summary>
    public int Rank { get; private set; }

    /// <summary>The number of all processes.</summary>
    public int World { get; private set; }

    /// <summary>The hosts of all ranks.</summary>
    public IReadOnlyList<string> Hosts { get; private set; } = [];

    /// <summary>Turns an error code into an exception.</summary>
    public static void Check(MpiLibrary mpi, int code, string function)
    {
        if (code != 0) throw new ReplicaException($"MPI: {function}", mpi.Describe(code), "look at the logs of the other ranks");
    }

    /// <summary>Hands over an operation.</summary>
    public MpiOperation Begin(MpiOperation operation)
    {
        _queue.Add(operation);
        return operation;
    }

    /// <summary>Ends all processes; see <see cref="ICommunicator.Abort"/>. Does not return.</summary>
    public void Abort(string reason, int exitCode)
    {
        if (Interlocked.CompareExchange(ref _exitCode, exitCode, NoExitCode) == NoExitCode)
        {
            new Thread(() => EndForCertain(exitCode)) { IsBackground = true, Name = "MPI's end" }.Start();
            try
            {
                _tell($"rank {Rank} on host {Host}: {reason}");
            }
            finally
            {
                _aborts = true;
            }
        }

        if (Thread.CurrentThread == _thread) EndAll();
        Thread.Sleep(Timeout.Infinite); // the thread of MPI ends the process, or else the one that makes certain
    }

    /// <summary>Waits for all ranks, and ends MPI: no other can be begun in this process.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
        NativeMemory.Free(_status);
        NativeMemory.Free(_request);
    }

    /// <summary>Ends all where this process ends in the middle: not every launcher takes that for a fault where the exit code is 0.</summary>
    private void OnProcessExit(object? sender, EventArgs arguments) =>
        Abort($"its process ends with exit code {Environment.ExitCode} before the training does", Environment.ExitCode == 0 ? 1 : Environment.ExitCode);

    private static string Host => Environment.MachineName;

    private static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    private void Work()
    {
#pragma warning disable CA1031 // what goes wrong in this thread is thrown in the one that waits for it
        try
        {
            Start();
            _started.SetResult();
        }
        catch (Exception fault)
        {
            _started.SetException(fault);
            return;
        }

        try
        {
            while (!_queue.IsCompleted)
            {
                if (_queue.TryTake(out MpiOperation? operation, ServeEvery)) Execute(operation);
                Serve();
            }

            End();
        }
        catch (Exception fault)
        {
            Abort(fault.Message.TrimEnd('.'), SilenceWatch.LostExitCode);
        }
#pragma warning restore CA1031
    }

    private void Start()
    {
        int isInitialised, provided, rank, world;
        Check(_mpi, _mpi.Initialized(&isInitialised), "MPI_Initialized");
        if (isInitialised == 0) Check(_mpi, _mpi.InitThread(null, 0, _mpi.ThreadSerialized, &provided), "MPI_Init_thread");
        _ = _mpi.CommSetErrhandler(_mpi.World, _mpi.ErrorsReturn);
        Check(_mpi, _mpi.CommRank(_mpi.World, &rank), "MPI_Comm_rank");
        Check(_mpi, _mpi.CommSize(_mpi.World, &world), "MPI_Comm_size");
        (Rank, World) = (rank, world);
        _pulse = new MpiPulse(_mpi, rank, world);
        Hosts = HostNames.Gathered(Host, world, (from, to) => Run(new MpiOperation(
            "MPI_Iallgather",
            new CollectiveCall(CollectiveKind.Gather, HostNames.Bytes),
            1,
            (_, request) => _mpi.Iallgather(from, HostNames.Bytes, _mpi.Byte, to, HostNames.Bytes, _mpi.Byte, _mpi.World, (nint*)request))));
        _watch = new RankWatch(rank, Hosts, _settings.Timeout, Now);
    }

    private void Execute(MpiOperation operation)
    {
#pragma warning disable CA1031 // thrown in the thread that waits for the operation
        try
        {
            _watch?.Begin(operation.Call);
            for (int piece = 0; piece < operation.Pieces; piece++)
            {
                *_request = 0;
                Check(_mpi, operation.Start(piece, (nint)_request), operation.Function);
                Await(operation);
            }

            operation.End(null);
        }
        catch (Exception fault)
        {
            operation.End(fault);
        }
#pragma warning restore CA1031
    }

    private void Await(MpiOperation operation)
    {
        MpiPause pause = new();
        while (true)
        {
            int flag = 0;
            Check(_mpi, _mpi.Test(_request, &flag, _status), operation.Function);
            if (flag != 0) return;
            pause.Once();
            if (_aborts || Now - _served >= ServeEvery) Serve(operation.Call);
        }
    }

    /// <summary>Hears the others, tells them that this rank is there, and ends where one of them is lost or says so.</summary>
    private void Serve(CollectiveCall? waitsIn = null)
    {
        if (_aborts) EndAll();
        if (_watch is null || World == 1 || Now - _served < ServeEvery / 2) return;

        TimeSpan now = _served = Now;
        Hear(now);
        if (now - _sent >= _watch.Interval)
        {
            _sent = now;
            foreach (int peer in _watch.Peers) _pulse!.Send(peer, waitsIn is null ? 0 : _watch.Begun, waitsIn ?? default);
        }

        if (_watch.Look(now) is { } silence) Abort(silence, SilenceWatch.LostExitCode);
    }

    private void Hear(TimeSpan now)
    {
        for (int peer = 0; peer < World; peer++)
        {
            while (peer != Rank && _pulse!.Take(peer, out long number, out CollectiveCall call, out int? exitCode))
            {
                if (exitCode is { } code) ProcessEnd.AtOnce(code); // the one that says so has told why
                if (_watch?.Hear(peer, number, call, now) is { } fault) Abort(fault, SilenceWatch.LostExitCode);
            }
        }
    }

    private void End()
    {
        // Within the first barrier all still answer; within the second one nobody sends any more, and what was sent is taken. On a communicator
        // of their own they cannot be taken for the operation of a rank that goes on.
        Barrier(CollectiveKind.End);
        _watch = null;
        Barrier(CollectiveKind.End);
        MpiPause pause = new();
        for (TimeSpan begin = Now; Now - begin < FarewellLimit / 10;)
        {
            Hear(Now);
            pause.Once();
        }

        _pulse!.Dispose();
        Check(_mpi, _mpi.Finalize(), "MPI_Finalize");
    }

    private void Barrier(CollectiveKind kind) =>
        Run(new MpiOperation("MPI_Ibarrier", new CollectiveCall(kind), 1, (_, request) => _mpi.Ibarrier(_pulse!.Communicator, (nint*)request)));

    /// <summary>An operation of this thread itself, whose fault is thrown here.</summary>
    private void Run(MpiOperation operation)
    {
        Execute(operation);
        operation.Wait();
    }

    /// <summary>Tells all ranks that they must end, and ends the job. Called by the thread of MPI.</summary>
    private void EndAll()
    {
        try
        {
            // Launchers end a job by SIGTERM first and wait; ranks that take it as a wish to stop would wait for this one meanwhile.
            _pulse!.SendEnd(_exitCode);
            for (TimeSpan begin = Now; !_pulse.IsSent() && Now - begin < FarewellLimit;) Thread.Sleep(1);
            Thread.Sleep(FarewellLimit / 5); // for those that look for it now and then
        }
        catch (ReplicaException)
        {
            // The launcher ends them.
        }

        _ = _mpi.Abort(_mpi.World, _exitCode);
        ProcessEnd.AtOnce(_exitCode);
    }

    private static void EndForCertain(int exitCode)
    {
        Thread.Sleep(EndLimit);
        ProcessEnd.AtOnce(exitCode);
    }
}
