namespace NnUNet.Imaging.Tests.Formats;

/// <summary>Measures what the calling thread allocates.</summary>
internal static class Allocations
{
    public static long Of(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
