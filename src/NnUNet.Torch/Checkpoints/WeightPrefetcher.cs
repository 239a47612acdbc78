namespace NnUNet.Torch.Checkpoints;

/// <summary>Opens the weights of several checkpoints one after the other, each ahead of its use: the next file is opened and checked while the caller works with the last one.</summary>
/// <remarks>It needs no torch, so that the first file is ready when libtorch is loaded. What was not taken is closed when this is disposed.</remarks>
internal sealed class WeightPrefetcher : IDisposable
{
    private readonly IReadOnlyList<string> _paths;
    private Task<CheckpointWeights>? _opening;
    private int _opened;

    /// <summary>Begins with the first file.</summary>
    public WeightPrefetcher(IReadOnlyList<string> paths)
    {
        _paths = paths;
        OpenNext();
    }

    /// <summary>The weights of the next file; the caller closes them.</summary>
    /// <exception cref="Foundation.DescribedException">The file is missing, damaged or of no known kind.</exception>
    public CheckpointWeights Take()
    {
        CheckpointWeights weights = (_opening ?? throw new InvalidOperationException("all weights were taken")).GetAwaiter().GetResult();
        OpenNext();
        return weights;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_opening is null) return;
        Task.WaitAny(_opening);
        if (_opening.IsCompletedSuccessfully) _opening.Result.Dispose();
    }

    private void OpenNext()
    {
        string? path = _opened < _paths.Count ? _paths[_opened++] : null;
        _opening = path is null ? null : Task.Run(() => WeightFile.Open(path));
    }
}
