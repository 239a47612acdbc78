using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.RankProbe;

/// <summary>The collective operations, compared with what one process computes.</summary>
internal static class Collectives
{
    private static readonly ScalarType[] Types = [ScalarType.Byte, ScalarType.Bool, ScalarType.Int32, ScalarType.Int64, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64];

    public static void All(ICommunicator ranks)
    {
        foreach (long count in (long[])[0, 1, 7, 1000, 100_003])
        {
            foreach (ScalarType type in Types)
            {
                Broadcast(ranks, type, count);
                Gather(ranks, type, count);
            }

            foreach (ScalarType type in (ScalarType[])[ScalarType.Int64, ScalarType.Float32, ScalarType.Float64]) Sum(ranks, type, count);
        }

        using (Tensor scalar = ones(1).squeeze(0))
        using (Tensor gathered = ranks.Gather(scalar))
        {
            if (gathered.Dimensions != 1 || gathered.shape[0] != ranks.World) throw new InvalidOperationException("a gathered scalar is not of shape (W)");
        }

        ranks.Barrier();
        Console.WriteLine($"rank {ranks.Rank} of {ranks.World}: the collectives are right");
    }

    public static void Big(ICommunicator ranks, long bytes)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor values = arange(bytes / 4, ScalarType.Float32).remainder(1013);
        Tensor expected = values.Times(ranks.World);
        ranks.Sum(values);
        Values.MustEqual(expected, values, "a big sum");
        if (ranks.Rank != 0) values.zero_();
        ranks.Broadcast(values, 0);
        Values.MustEqual(expected, values, "a big broadcast");
        Console.WriteLine($"rank {ranks.Rank}: {bytes} bytes are right");
    }

    /// <summary>Several sums in flight beside a computation, the ranks at different times.</summary>
    public static void Overlap(ICommunicator ranks, long steps)
    {
        for (long step = 0; step < steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor[] buckets = [.. Enumerable.Range(1, 5).Select(bucket => full([20_000L * bucket], ranks.Rank + bucket + step, dtype: ScalarType.Float32))];
            List<IPendingSum> pending = [];
            Tensor work = eye(64);
            foreach (Tensor bucket in buckets)
            {
                pending.Add(ranks.BeginSum(bucket));
                for (int i = 0; i <= (ranks.Rank + step) % 3; i++) work = work.matmul(eye(64));
            }

            foreach (IPendingSum sum in pending) sum.Wait();
            for (int bucket = 1; bucket <= 5; bucket++)
            {
                float expected = Enumerable.Range(0, ranks.World).Sum(rank => rank + bucket + step);
                Values.MustEqual(full_like(buckets[bucket - 1], expected), buckets[bucket - 1], $"bucket {bucket} of step {step}");
            }

            Values.MustEqual(eye(64), work, "the work beside");
        }

        Console.WriteLine($"rank {ranks.Rank}: the sums beside work are right");
    }

    /// <summary>Weights that take summed gradients of each rank's own data stay bit by bit the same everywhere.</summary>
    public static void Replicas(ICommunicator ranks, long steps)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator own = new((ulong)(100 + ranks.Rank));
        Tensor weights = rand([50_021], generator: own);
        ranks.Broadcast(weights, 0);
        for (long step = 0; step < steps; step++)
        {
            using DisposeScope stepScope = NewDisposeScope();
            Tensor gradient = weights.sin().mul(randn([50_021], generator: own));
            ranks.Sum(gradient);
            weights.PlusInPlace(gradient, -0.01 / ranks.World);
        }

        Tensor all = ranks.Gather(weights); // (W, N)
        for (int rank = 0; rank < ranks.World; rank++) Values.MustEqual(weights, all[rank], $"the weights of rank {rank}");
        Console.WriteLine($"rank {ranks.Rank}: the replicas are the same");
    }

    private static Tensor Make(ScalarType type, long count, int rank) => arange(count, ScalarType.Float64).Plus(rank).remainder(97).DividedBy(3).to_type(type);

    private static void Broadcast(ICommunicator ranks, ScalarType type, long count)
    {
        for (int root = 0; root < ranks.World; root++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor values = Make(type, count, ranks.Rank);
            ranks.Broadcast(values, root);
            Values.MustEqual(Make(type, count, root), values, $"a broadcast of {count} {type} from rank {root}");
        }
    }

    private static void Gather(ICommunicator ranks, ScalarType type, long count)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor all = ranks.Gather(Make(type, count, ranks.Rank)); // (W, N)
        Tensor expected = stack([.. Enumerable.Range(0, ranks.World).Select(rank => Make(type, count, rank))]);
        Values.MustEqual(expected, all, $"a gathering of {count} {type}");
    }

    private static void Sum(ICommunicator ranks, ScalarType type, long count)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = Make(type, count, ranks.Rank);
        ranks.Sum(sum);
        Tensor expected = stack([.. Enumerable.Range(0, ranks.World).Select(rank => Make(type, count, rank))]).sum([0L]).to_type(type);
        if (!allclose(expected.to_type(ScalarType.Float64), sum.to_type(ScalarType.Float64), 1e-6, 1e-6)) throw new InvalidOperationException($"a sum of {count} {type} is wrong");
        Tensor all = ranks.Gather(sum);
        for (int rank = 0; rank < ranks.World; rank++) Values.MustEqual(sum, all[rank], $"the sum of {count} {type} of rank {rank}");
    }
}
