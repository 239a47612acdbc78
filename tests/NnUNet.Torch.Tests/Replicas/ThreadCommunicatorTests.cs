using NnUNet.Torch.Replicas;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Replicas;

public sealed class ThreadCommunicatorTests : LeakCheckedTest
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Sum_IsThatOfAllReplicas_InTheOrderOfTheirRanks(int world)
    {
        // Numbers whose sum depends on the order of the summands.
        float[] expected = [Enumerable.Range(0, world).Aggregate(0f, static (sum, rank) => sum + Number(rank)), 7 * world];

        float[][] sums = ReplicasOnThreads.Run(world, static group =>
        {
            using Tensor mine = tensor([Number(group.Rank), 7f]);
            group.Sum(mine);
            return mine.data<float>().ToArray();
        });

        Assert.All(sums, sum => Assert.Equal(expected, sum));

        static float Number(int rank) => rank == 0 ? 1e8f : rank == 1 ? 1.5f : -1e8f;
    }

    [Fact]
    public void NumbersAndTexts_OfTheLeadingReplica_ComeToAll()
    {
        (string Text, double[] Numbers, IReadOnlyList<string> All, bool Any)[] told = ReplicasOnThreads.Run(3, static group =>
            (group.Broadcast(group.Leads ? "Größe µ" : ""), group.Broadcast([group.Rank + 0.25, double.NaN]), group.Gather(new string('é', group.Rank)), group.Any(group.Rank == 2)));

        Assert.All(told, static t => Assert.Equal("Größe µ", t.Text));
        Assert.All(told, static t => Assert.Equal([0.25, double.NaN], t.Numbers));
        Assert.All(told, static t => Assert.Equal(["", "é", "éé"], t.All));
        Assert.All(told, static t => Assert.True(t.Any));
    }

    [Fact]
    public void Gather_HasTheRowsOfAllReplicas_OfAnyType()
    {
        long[][] rows = ReplicasOnThreads.Run(2, static group =>
        {
            using Tensor mine = tensor([10L + group.Rank, 20L + group.Rank]);
            using Tensor all = group.Gather(mine);
            Assert.Equal([2, 2], all.shape);
            return all.data<long>().ToArray();
        });

        Assert.All(rows, static row => Assert.Equal([10, 20, 11, 21], row));
    }

    [Fact]
    public void Abort_LetsThoseGoWhoWait_WithTheReason()
    {
        IReadOnlyList<ThreadCommunicator> members = ThreadCommunicator.Create(2);
        Exception? thrown = null;
        Thread waiting = new(() => thrown = Record.Exception(members[0].Barrier)) { IsBackground = true };
        waiting.Start();

        members[1].Abort("the disk is full", 1);

        Assert.True(waiting.Join(TimeSpan.FromMinutes(1)));
        Assert.Equal("the disk is full", Assert.IsType<ReplicaLostException>(thrown).Message);
        Assert.Throws<ReplicaLostException>(members[1].Barrier);
    }

    [Fact]
    public void AReplicaThatBringsAnotherShape_EndsAllWithWhatTorchSays()
    {
        Exception thrown = Assert.ThrowsAny<Exception>(static () => ReplicasOnThreads.Run(2, static group =>
        {
            using Tensor mine = zeros(2 + group.Rank);
            group.Sum(mine);
            return true;
        }));

        Assert.Contains("size of tensor", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TakeWait_CountsTheTimeThatAReplicaWaitsForALaterOne()
    {
        double[] shares = ReplicasOnThreads.Run(2, static group =>
        {
            group.TakeWait();
            if (group.Rank == 1) Thread.Sleep(200);
            group.Barrier();
            return group.TakeWait().Waited.TotalMilliseconds;
        });

        Assert.True(shares[0] > 150, $"waited {shares[0]} ms");
    }
}
