using System.Runtime.ExceptionServices;
using NnUNet.Torch.Replicas;

namespace NnUNet.Torch.Training.Engine;

/// <summary>Replicas on threads of this process: the original's DataParallel.</summary>
internal static class ReplicaThreads
{
    /// <summary>Trains on all devices of the options.</summary>
    /// <param name="options">What is trained, with several devices.</param>
    /// <param name="lead">The work of the replica that leads, on this thread.</param>
    /// <param name="cancel">Stops all replicas.</param>
    /// <returns>What the leading replica returns.</returns>
    public static T Run<T>(TrainingOptions options, Func<TrainingOptions, ReplicaGroup, T> lead, CancellationToken cancel)
    {
        IReadOnlyList<ThreadCommunicator> members = ThreadCommunicator.Create(options.Devices.Count);
        ExceptionDispatchInfo? failure = null;
        Thread[] others = [.. Enumerable.Range(1, members.Count - 1).Select(rank => new Thread(() => Follow(rank)) { IsBackground = true, Name = $"replica {rank}" })];
        foreach (Thread thread in others) thread.Start();
        try
        {
            T result = lead(options with { Device = options.Devices[0] }, new ReplicaGroup(members[0]));
            JoinAll();
            return result;
        }
        catch (Exception e)
        {
            members[0].Abort(e.Message, ReplicaRank.FailedExitCode);
            JoinAll();
            if (e is ReplicaLostException) Volatile.Read(ref failure)?.Throw(); // what happened there
            throw;
        }

        void JoinAll()
        {
            foreach (Thread thread in others) thread.Join();
        }

        void Follow(int rank)
        {
            try
            {
                FollowingReplica.Run(options with { Device = options.Devices[rank] }, new ReplicaGroup(members[rank]), cancel);
            }
            catch (ReplicaLostException)
            {
                // Whoever was lost tells why.
            }
#pragma warning disable CA1031 // the leading replica throws it
            catch (Exception e)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                members[rank].Abort(e.Message, ReplicaRank.FailedExitCode);
            }
        }
    }
}
