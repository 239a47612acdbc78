using NnUNet.Torch.Replicas;

namespace NnUNet.Torch.Tests.Replicas;

/// <summary>Runs what several replicas do, each on a thread, as a test sees it.</summary>
internal static class ReplicasOnThreads
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Runs a function as each of several replicas; where one throws, all end, and its exception comes out.</summary>
    /// <returns>What each returns, by rank.</returns>
    public static T[] Run<T>(int world, Func<ReplicaGroup, T> replica)
    {
        Torch.Runtime.TorchRuntime.Initialize();
        IReadOnlyList<ThreadCommunicator> members = ThreadCommunicator.Create(world);
        T[] results = new T[world];
        List<Exception> faults = [];
        Thread[] threads = [.. members.Select(member => new Thread(() => Act(member), 16 << 20) { IsBackground = true })];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) Assert.True(thread.Join(Limit), "a replica waits for ever");

        if (faults.FirstOrDefault(static f => f is not ReplicaLostException) is { } fault) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
        if (faults.Count > 0) throw faults[0];
        return results;

        void Act(ThreadCommunicator member)
        {
            try
            {
                results[member.Rank] = replica(new ReplicaGroup(member));
            }
            catch (Exception e)
            {
                lock (faults) faults.Add(e);
                member.Abort(e.Message, 1);
            }
        }
    }
}
