using NnUNet.Foundation;
using NnUNet.Torch.Replicas;

namespace NnUNet.Torch.Training.Engine;

/// <summary>One of several processes that train together: the original's DistributedDataParallel.</summary>
internal static class ReplicaRank
{
    /// <summary>The exit code of the processes where one of them cannot go on.</summary>
    public const int FailedExitCode = 1;

    /// <summary>
    /// How long a process that follows waits for the leading one to end all: where all have the same fault, that one tells it. What is described is about
    /// options and files, which all have; it may take the leading one longer to find it.
    /// </summary>
    private static readonly TimeSpan LeadersTurn = TimeSpan.FromSeconds(10), ShortTurn = TimeSpan.FromSeconds(1);

    /// <summary>Trains and validates as one of the processes. Where this one fails, all end; as long as one scores, the others wait.</summary>
    /// <param name="options">What is trained.</param>
    /// <param name="group">The processes.</param>
    /// <param name="lead">The work of the one that leads.</param>
    /// <param name="stop">Stops all before their next step.</param>
    /// <param name="asked">Whether a person or a launcher has asked this process to stop; looked at in the end.</param>
    /// <returns>Of the one that leads its result; and whether any process was asked to stop.</returns>
    public static (TrainingResult Result, bool Asked) Run(TrainingOptions options, ReplicaGroup group, Func<ReplicaGroup, TrainingResult> lead, CancellationToken stop, CancellationToken asked)
    {
        // Processes of a host share its memory.
        using IDisposable limit = MemoryLimit.Share(options.ReplicasHere);
        TrainingResult result;
        try
        {
            result = group.Leads ? lead(group) : new TrainingResult(FollowingReplica.Run(options, group, stop), "", 0, null);
        }
        catch (Exception e)
        {
            EndAll(group, e);
            throw;
        }

        return (result, group.Any(asked.IsCancellationRequested));
    }

    /// <summary>Ends all processes, since this one cannot go on, and tells why. The call may not return.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="error">What keeps this one from going on.</param>
    public static void EndAll(ReplicaGroup group, Exception error)
    {
        if (!group.Leads) Thread.Sleep(error is DescribedException ? LeadersTurn : ShortTurn);
        group.Abort(error is DescribedException ? error.Message.TrimEnd('.') : $"{error.GetType().Name}: {error.Message.TrimEnd('.')}", FailedExitCode);
    }
}
