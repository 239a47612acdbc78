namespace NnUNet.Core.Batches;

/// <summary>Hands out the batches of a training in their order.</summary>
internal interface IBatchSource : IDisposable
{
    /// <summary>How long <see cref="Take"/> has waited since the last call of <see cref="TakeWait"/>.</summary>
    BatchWait Wait { get; }

    /// <summary>The next batch; the caller disposes it when it is used up.</summary>
    /// <param name="cancel">Stops waiting for it.</param>
    /// <exception cref="InvalidOperationException">All batches have been taken.</exception>
    TrainingBatch Take(CancellationToken cancel = default);

    /// <summary>How long <see cref="Take"/> has waited since the last call of this method.</summary>
    BatchWait TakeWait();
}
