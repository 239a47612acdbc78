namespace NnUNet.Files.Pickle;

/// <summary>Bytes that may still be allocated.</summary>
internal sealed class PickleBudget(long limit)
{
    private long _taken;

    public void Take(long bytes)
    {
        if (bytes < 0 || bytes > limit - _taken) throw new InvalidDataException($"the content would take more than {limit} bytes of memory");
        _taken += bytes;
    }
}
