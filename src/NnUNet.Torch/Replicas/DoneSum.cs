namespace NnUNet.Torch.Replicas;

/// <summary>A sum that is in place already.</summary>
internal sealed class DoneSum : IPendingSum
{
    /// <summary>The only one.</summary>
    public static readonly DoneSum Instance = new();

    /// <inheritdoc/>
    public void Wait()
    {
        // It is done.
    }
}
