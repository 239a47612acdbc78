using System.Runtime.InteropServices;

namespace NnUNet.Torch.Replicas.Mpi;

/// <summary>The signs of life between ranks, and the word that all must end: small messages on a communicator of their own.</summary>
/// <remarks>Used by the thread of MPI only. A message that a stopped process does not take stays with it; no second one is sent before.</remarks>
internal sealed unsafe class MpiPulse : IDisposable
{
    private const int Tag = 471;
    private const long Ends = -1;
    private readonly MpiLibrary _mpi;
    private readonly int _rank;
    private readonly int _world;
    private readonly nint* _requests; // one for each rank; those of none in flight are not looked at
    private readonly Message* _sent;
    private readonly bool[] _inFlight;
    private readonly byte* _status;

    /// <summary>Duplicates the world's communicator: all ranks do so at the same time.</summary>
    public MpiPulse(MpiLibrary mpi, int rank, int world)
    {
        (_mpi, _rank, _world, _inFlight) = (mpi, rank, world, new bool[world]);
        nint communicator = 0;
        MpiThread.Check(mpi, mpi.CommDup(mpi.World, &communicator), "MPI_Comm_dup");
        Communicator = communicator;
        _requests = (nint*)NativeMemory.AllocZeroed((nuint)world, (nuint)sizeof(nint));
        _sent = (Message*)NativeMemory.AllocZeroed((nuint)world, (nuint)sizeof(Message));
        _status = (byte*)NativeMemory.AllocZeroed(MpiLibrary.StatusBytes);
    }

    /// <summary>The duplicate.</summary>
    public nint Communicator { get; }

    /// <summary>Says to another rank that this one is there.</summary>
    /// <param name="peer">The other rank.</param>
    /// <param name="number">The number of the operation that this one waits in; 0: none.</param>
    /// <param name="call">That operation.</param>
    public void Send(int peer, long number, CollectiveCall call) =>
        Send(peer, new Message { Number = number, Kind = (int)call.Kind, Root = call.Root, Bytes = call.Bytes });

    /// <summary>Says to all other ranks that they must end.</summary>
    public void SendEnd(int exitCode)
    {
        for (int peer = 0; peer < _world; peer++)
        {
            if (peer != _rank) Send(peer, new Message { Number = Ends, Root = exitCode });
        }
    }

    /// <summary>Takes what a rank has sent.</summary>
    /// <param name="peer">The rank.</param>
    /// <param name="number">The operation's number.</param>
    /// <param name="call">The operation.</param>
    /// <param name="exitCode">The exit code with which all must end, or null.</param>
    /// <returns>Whether there was something.</returns>
    public bool Take(int peer, out long number, out CollectiveCall call, out int? exitCode)
    {
        (number, call, exitCode) = (0, default, null);
        int flag = 0;
        MpiThread.Check(_mpi, _mpi.Iprobe(peer, Tag, Communicator, &flag, _status), "MPI_Iprobe");
        if (flag == 0) return false;

        Message message;
        MpiThread.Check(_mpi, _mpi.Recv((nint)(&message), sizeof(Message), _mpi.Byte, peer, Tag, Communicator, _status), "MPI_Recv");
        if (message.Number == Ends) exitCode = message.Root;
        else (number, call) = (message.Number, new CollectiveCall((CollectiveKind)message.Kind, message.Bytes, message.Root));
        return true;
    }

    /// <summary>Whether all that was sent is under way.</summary>
    public bool IsSent()
    {
        bool all = true;
        for (int peer = 0; peer < _world; peer++) all &= IsSent(peer);
        return all;
    }

    /// <summary>Frees the buffers, unless a message is still in one.</summary>
    public void Dispose()
    {
        if (!IsSent()) return;
        NativeMemory.Free(_requests);
        NativeMemory.Free(_sent);
        NativeMemory.Free(_status);
    }

    private bool IsSent(int peer)
    {
        if (!_inFlight[peer]) return true;
        int flag = 0;
        MpiThread.Check(_mpi, _mpi.Test(&_requests[peer], &flag, _status), "MPI_Test");
        return !(_inFlight[peer] = flag == 0);
    }

    private void Send(int peer, Message message)
    {
        if (!IsSent(peer)) return;
        _sent[peer] = message;
        _requests[peer] = 0;
        MpiThread.Check(_mpi, _mpi.Isend((nint)(&_sent[peer]), sizeof(Message), _mpi.Byte, peer, Tag, Communicator, &_requests[peer]), "MPI_Isend");
        _inFlight[peer] = true;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public long Number;
        public long Bytes;
        public int Kind;
        public int Root;
    }
}
