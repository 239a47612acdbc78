namespace NnUNet.Core.Batches;

/// <summary>The samples of each batch that one of several replicas makes and computes: a run of neighbours. What a sample holds does not depend on it.</summary>
/// <param name="First">The first of them, from 0 on.</param>
/// <param name="Count">How many they are, at least 1.</param>
/// <param name="Batch">Samples of the whole batch.</param>
internal readonly record struct SampleShare(int First, int Count, int Batch)
{
    /// <summary>This share as a part of the batch, greater than 0, at most 1.</summary>
    public double Part => (double)Count / Batch;

    /// <summary>All samples of a batch.</summary>
    public static SampleShare Whole(int batch) => new(0, batch, batch);

    /// <summary>The share of one replica: as many as every other one has, or one more.</summary>
    /// <param name="rank">The replica, from 0 on.</param>
    /// <param name="world">Replicas.</param>
    /// <param name="batch">Samples of the whole batch, at least one for each replica.</param>
    public static SampleShare Of(int rank, int world, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, world);
        int each = batch / world, more = batch % world;
        return new SampleShare((rank * each) + Math.Min(rank, more), each + (rank < more ? 1 : 0), batch);
    }
}
