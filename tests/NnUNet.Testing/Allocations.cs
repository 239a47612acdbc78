namespace NnUNet.Testing;

/// <summary>Measures what the calling thread allocates.</summary>
public static class Allocations
{
    public static long Of(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
