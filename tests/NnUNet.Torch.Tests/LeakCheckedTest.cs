using TorchSharp;

[assembly: CollectionBehavior(DisableTestParallelization = true)] // each thread that calls torch brings a team of its own

namespace NnUNet.Torch.Tests;

/// <summary>Fails a test after which more or fewer tensors live on its thread than before.</summary>
public abstract class LeakCheckedTest : IDisposable
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly long _before;

    protected LeakCheckedTest()
    {
        Torch.Runtime.TorchRuntime.Initialize();
        _before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        Assert.Equal(_thread, Environment.CurrentManagedThreadId);
        Assert.Equal(_before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
