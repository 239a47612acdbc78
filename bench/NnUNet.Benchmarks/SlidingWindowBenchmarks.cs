using BenchmarkDotNet.Attributes;
using NnUNet.Benchmarks.Suite;
using NnUNet.Imaging;
using NnUNet.Torch.Benchmarks;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Benchmarks;

/// <summary>
/// Sliding-window prediction without mirroring: eight tiles of 40x56x40 of an image of 60x70x50 with the hippocampus network
/// in 3D, and 40 slices of 60x48 with tiles of 56x40 in 2D.
/// </summary>
[Kernel("prediction", Slow = true)]
#pragma warning disable CA1001 // given back at the end of the benchmark
public class SlidingWindowBenchmarks
#pragma warning restore CA1001
{
    private SegmentationNetwork _network = null!;
    private MultiChannelArray<float> _image = null!;
    private SlidingWindowOptions _options = null!;

    /// <summary>Axes of the network.</summary>
    [Params(3, 2)]
    public int Dimensions { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        TorchRuntime.Initialize();
        bool volumes = Dimensions == 3;
        _network = HippocampusNetwork.Create(Dimensions);
        _network.DeepSupervision = false;
        _image = new MultiChannelArray<float>(1, volumes ? new Extent(60, 70, 50) : new Extent(40, 60, 48));
        for (int i = 0; i < _image[0].Length; i++) _image[0][i] = MathF.Sin(i * 0.1f);
        _options = new SlidingWindowOptions { Tile = volumes ? [40, 56, 40] : [56, 40] };
    }

    [GlobalCleanup]
    public void Cleanup() => _network.Dispose();

    /// <summary>The original's way: one tile at a time, predictions and weights of all classes summed up in arrays of the image's size.</summary>
    [Benchmark(Baseline = true)]
    public float[] TileByTile()
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Extent size = _image.Extent;
        Tensor image = tensor(_image[0], [1, 1, size.Z, size.Y, size.X]);
        Tensor sum = zeros([1, 3, size.Z, size.Y, size.X]), weights = zeros([1, 3, size.Z, size.Y, size.X]);
        int[] tile = Dimensions == 3 ? _options.Tile.ToArray() : [1, .. _options.Tile];
        Tensor map = tensor(SlidingWindow.GaussianMap(_options.Tile), [.. tile.Select(static n => (long)n)]);
        int[][] starts = Dimensions == 3 ? SlidingWindow.Steps(tile, size.ToArray(), 0.5)
            : [[.. Enumerable.Range(0, size.Z)], .. SlidingWindow.Steps(tile[1..], [size.Y, size.X], 0.5)];
        foreach (int z in starts[0])
        {
            foreach (int y in starts[1])
            {
                foreach (int x in starts[2])
                {
                    using DisposeScope tileScope = NewDisposeScope();
                    Tensor input = Cut(image, z, y, x, tile).contiguous();
                    Tensor output = Dimensions == 3 ? _network.call(input)[0] : _network.call(input.squeeze(2))[0].unsqueeze(2);
                    Cut(sum, z, y, x, tile).add_(output.softmax(1) * map);
                    Cut(weights, z, y, x, tile).add_(map);
                }
            }
        }

        return (sum / weights).data<float>().ToArray();
    }

    [Benchmark]
    public MultiChannelArray<float> Predict() => new SlidingWindow(_network, _options).Predict(_image);

    private static Tensor Cut(Tensor tensor, int z, int y, int x, int[] tile) =>
        tensor.narrow(2, z, tile[0]).narrow(3, y, tile[1]).narrow(4, x, tile[2]);
}
