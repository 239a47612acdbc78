using System.ComponentModel;
using System.Runtime.InteropServices;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Torch.Tests.Training;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;
using TorchSharp;

namespace NnUNet.Torch.Tests.Runtime;

/// <summary>Memory that is full while torch computes.</summary>
public sealed class FullMemoryTests : LeakCheckedTest
{
    private const string Cuda = "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 7.79 GiB.";

    [Fact]
    public void ATensorThatNoMachineHolds_IsKnownAsAFullMemory()
    {
        Exception thrown = Assert.Throws<ExternalException>(() => torch.empty(1L << 60, dtype: torch.ScalarType.Byte));

        Assert.Equal("the machine's memory is full (1073741824.00 GiB more were asked for)", OutOfMemoryErrors.Of(thrown));
    }

    [Fact]
    public void ATraining_SaysWhichFoldAndWhatToDo()
    {
        // Given
        using ToyTask toy = new();
        Watch full = new(static p => ThrowWhen(p is { Phase: TrainingPhase.Training, Epoch: 1 }));

        // When
        DescribedException plain = Assert.Throws<DescribedException>(() => TrainingRun.Execute(toy.Options with { Precision = ComputePrecision.Float32 }, full));
        TrainingResult rest = TrainingRun.Execute(toy.Options with { Continue = true });

        // Then
        Assert.Equal(toy.FoldPath, plain.Where);
        Assert.StartsWith("the CUDA device's memory is full (2.00 GiB more", plain.What, StringComparison.Ordinal);
        Assert.Contains("leave out --fp32", plain.Remedy, StringComparison.Ordinal);
        Assert.Contains("-c then goes on", plain.Remedy, StringComparison.Ordinal);
        Assert.True(rest.Completed);
    }

    [Fact]
    public void APrediction_SaysWhatToDo()
    {
        // Given
        using SmallModel model = new();
        using Segmenter segmenter = Segmenter.Load(model.Folder);

        // When
        DescribedException full = Assert.Throws<DescribedException>(() => segmenter.Predict(SmallModel.Image(), new Full()));

        // Then
        Assert.Equal(model.Folder, full.Where);
        Assert.Contains("--max-ram, --mode fast, or predict one case at a time", full.Remedy, StringComparison.Ordinal);
        Assert.Contains("predict with --device cpu", Segmenter.MemoryRemedy(new PredictOptions { Device = new TorchDevice(true, 0) }), StringComparison.Ordinal);
    }

    private static void ThrowWhen(bool condition)
    {
        if (condition) throw new Win32Exception(12, Cuda);
    }

    private sealed class Full : IProgress<TileProgress>
    {
        public void Report(TileProgress value) => ThrowWhen(true);
    }
}
