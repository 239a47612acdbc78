using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;

namespace NnUNet.Torch.Replicas.Ranks;

/// <summary>One rank that was started here, with the pipe of its signs of life.</summary>
internal sealed class RankProcess : IDisposable
{
    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.In, HandleInheritability.Inheritable);
    private readonly Process _process;
    private readonly Thread _reader;
    private long _signs;

    /// <summary>Starts a rank.</summary>
    /// <param name="command">Its command line.</param>
    /// <param name="rank">Its number, which is also that of its device.</param>
    /// <param name="world">The number of all ranks.</param>
    /// <param name="id">The identity by which NCCL joins them, or null.</param>
    /// <param name="ending">How the leading rank tells that all have stopped at a safe place.</param>
    public RankProcess(RankCommand command, int rank, int world, string? id, RankEnding ending)
    {
        Rank = rank;
        ProcessStartInfo start = command.ForSession();
        start.Environment[RankEnvironment.RankVariable] = start.Environment[RankEnvironment.LocalRankVariable] = rank.ToString(CultureInfo.InvariantCulture);
        start.Environment[RankEnvironment.WorldVariable] = world.ToString(CultureInfo.InvariantCulture);
        start.Environment[LifeSigns.PipeVariable] = _pipe.GetClientHandleAsString();
        ending.HandTo(start.Environment);
        if (id is not null) start.Environment[RankEnvironment.NcclIdVariable] = id;
        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            throw new ReplicaException(command.File, $"it cannot be started: {fault.Message}", "check the path and its permissions", fault);
        }
        finally
        {
            _pipe.DisposeLocalCopyOfClientHandle(); // or the ranks after this one would inherit it
        }

        _reader = new Thread(Read) { IsBackground = true, Name = $"signs of rank {rank}" };
        _reader.Start();
    }

    /// <summary>Its number.</summary>
    public int Rank { get; }

    /// <summary>The exit code, 128 and the signal where it was killed by one; null while it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>How many signs of life have come.</summary>
    public long Signs => Interlocked.Read(ref _signs);

    /// <summary>Asks it to stop at the next safe place.</summary>
    public void Terminate() => UnixProcesses.Signal(_process.Id, UnixProcesses.Terminate);

    /// <summary>Ends it and what it has started.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        Kill();
        _process.Dispose();
        _pipe.Dispose();
    }

    private void Read()
    {
        try
        {
            while (_pipe.ReadByte() >= 0) Interlocked.Increment(ref _signs);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // It has ended, or the watch has.
        }
    }
}
