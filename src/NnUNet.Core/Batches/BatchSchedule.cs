namespace NnUNet.Core.Batches;

/// <summary>Which batch of a training: training and validation batches are counted apart within each epoch.</summary>
/// <param name="Epoch">Epoch from 0 on.</param>
/// <param name="Validation">Whether it is one of the validation batches that follow an epoch's training batches.</param>
/// <param name="Iteration">Number within the epoch and kind, from 0 on.</param>
internal readonly record struct BatchKey(int Epoch, bool Validation, int Iteration);

/// <summary>The order of all batches of a training: each epoch's training batches, then its validation batches.</summary>
/// <param name="Epochs">Number of epochs.</param>
/// <param name="TrainingBatches">Training batches of an epoch.</param>
/// <param name="ValidationBatches">Validation batches of an epoch.</param>
internal sealed record BatchSchedule(int Epochs, int TrainingBatches, int ValidationBatches)
{
    /// <summary>Number of all batches.</summary>
    public long Count => (long)Epochs * PerEpoch;

    private int PerEpoch => TrainingBatches + ValidationBatches;

    /// <summary>The batch at a place from 0 to <see cref="Count"/> - 1.</summary>
    public BatchKey KeyAt(long place)
    {
        int within = (int)(place % PerEpoch);
        int epoch = (int)(place / PerEpoch);
        return within < TrainingBatches ? new BatchKey(epoch, false, within) : new BatchKey(epoch, true, within - TrainingBatches);
    }

    /// <summary>The place of a batch.</summary>
    public long PlaceOf(BatchKey key) => ((long)key.Epoch * PerEpoch) + (key.Validation ? TrainingBatches : 0) + key.Iteration;
}
