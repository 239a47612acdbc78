using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using TorchSharp;

namespace NnUNet.Torch.Tests.Runtime;

public sealed class RuntimeTests : LeakCheckedTest
{
    [Theory]
    [InlineData("cpu", false, 0)]
    [InlineData("cuda", true, 0)]
    [InlineData("cuda:3", true, 3)]
    public void Parse_OfADevice_GivesIt(string text, bool cuda, int index) =>
        Assert.Equal(new TorchDevice(cuda, index), TorchDevice.Parse(text));

    [Theory]
    [InlineData("gpu")]
    [InlineData("CPU")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1x")]
    public void Parse_OfSomethingElse_TellsWhatThereIs(string text)
    {
        DescribedException fault = Assert.Throws<DescribedException>(() => TorchDevice.Parse(text));

        Assert.Equal($"--device: \"{text}\" is not a device; give cpu, cuda or cuda:N with N from 0.", fault.Message);
    }

    [SkippableFact]
    public void CudaDevice_WhereThereIsNone_IsRefusedWithTheRemedy()
    {
        Skip.If(TorchRuntime.CudaDeviceCount() > 0, "this machine has a CUDA device");

        DescribedException fault = Assert.Throws<DescribedException>(() => new TorchDevice(true, 0).ToTorch());

        Assert.StartsWith("--device cuda:0: this program finds no CUDA device", fault.Message, StringComparison.Ordinal);
        Assert.Contains("use --device cpu", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Facts_TellVersionsDevicesAndThreads()
    {
        TorchFacts facts = TorchFacts.Collect();

        Assert.StartsWith("2.", facts.TorchVersion, StringComparison.Ordinal);
        Assert.StartsWith("0.", facts.TorchSharpVersion, StringComparison.Ordinal);
        Assert.Equal("cpu", facts.Devices[0]);
        Assert.InRange(facts.Threads, 1, 4096);
    }

    [Fact]
    public void LoadAhead_AtItsEnd_HasLoadedTorch()
    {
        using (TorchRuntime.LoadAhead())
        {
            // Work that needs no torch would be here.
        }

        Assert.True(TorchRuntime.IsLoaded);
        Assert.Equal(TorchFacts.Collect().Devices, TorchRuntime.DeviceNames());
    }

    [Fact]
    public void Worker_RunsEverythingOnItsOneThread_AlsoFromWithin()
    {
        // Given a worker
        using TorchWorker worker = new(TorchDevice.Cpu, threads: 1);

        // When it is called from several threads, and from its own
        int[] threads = new int[8];
        ParallelLoop.ForEach(8, i => threads[i] = worker.Run(static () => Environment.CurrentManagedThreadId), degree: 4);
        int nested = worker.Run(() => worker.Run(static () => Environment.CurrentManagedThreadId));

        // Then all work was done by the one thread, which is another than this
        Assert.Equal(nested, Assert.Single(threads.Distinct()));
        Assert.NotEqual(Environment.CurrentManagedThreadId, nested);
        Assert.Equal(1, worker.Run(torch.get_num_threads));
    }

    [Fact]
    public void Worker_CarriesExceptionsToTheCaller_AndGoesOn()
    {
        using TorchWorker worker = new(TorchDevice.Cpu);

        DescribedException fault = Assert.Throws<DescribedException>(() => worker.Run<int>(() => throw new DescribedException("a", "b", "c")));

        Assert.Equal("a: b; c.", fault.Message);
        Assert.Equal(6, worker.Run(static () => torch.ones(2, 3).sum().item<float>()));
    }

    [Fact]
    public void Worker_AfterItsEnd_Refuses()
    {
        TorchWorker worker = new(TorchDevice.Cpu);
        worker.Dispose();

        Assert.Throws<ObjectDisposedException>(() => worker.Run(static () => 1));
    }

    [SkippableFact]
    public void Initialize_SetsTheEnvironmentOfNativeCode()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has one environment for all");

        Assert.NotNull(NativeEnvironment.Get("GOMP_SPINCOUNT"));
    }
}
