using System.Runtime.CompilerServices;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Tests.Runtime;

public sealed class TorchWorkerTests
{
    [Fact]
    public void Run_KeepsNeitherItsResultNorWhatItWorkedOn_UntilTheNextCall()
    {
        // Given
        using TorchWorker worker = new(TorchDevice.Cpu, threads: 1);

        // When
        (WeakReference worked, WeakReference result) = RunOnce(worker);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);

        // Then
        Assert.False(worked.IsAlive);
        Assert.False(result.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Worked, WeakReference Result) RunOnce(TorchWorker worker)
    {
        float[] array = new float[1 << 20];
        float[] result = worker.Run(() => Array.ConvertAll(array, static v => v + 1));
        return (new WeakReference(array), new WeakReference(result));
    }
}
