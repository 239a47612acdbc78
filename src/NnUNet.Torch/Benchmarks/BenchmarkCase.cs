using NnUNet.Core.Batches;
using NnUNet.Imaging;

namespace NnUNet.Torch.Benchmarks;

/// <summary>A hippocampus-like case in memory: noise around a small object.</summary>
internal sealed class BenchmarkCase : TrainingCase
{
    private readonly float[][] _channels;

    public BenchmarkCase(int number)
    {
        Extent = new Extent(36, 50 + number, 35);
        _channels = [new float[Extent.Count], new float[Extent.Count]];
        for (int i = 0; i < Extent.Count; i++)
        {
            _channels[0][i] = MathF.Sin(i * 0.37f);
            int y = i / Extent.X % Extent.Y;
            int x = i % Extent.X;
            _channels[1][i] = Math.Abs(x - 17) + Math.Abs(y - 25) < 12 ? y > 25 ? 1 : 2 : 0;
        }
    }

    public override string CaseId => "benchmark";

    public override int Channels => 1;

    public override Extent Extent { get; }

    public override IReadOnlyDictionary<int, int[]> ClassLocations { get; } = new Dictionary<int, int[]> { [1] = [18, 28, 17], [2] = [18, 22, 17] };

    public override void ReadBox(int channel, BoundingBox box, Span<float> into)
    {
        int row = 0;
        for (int z = box.Start.Z; z < box.End.Z; z++)
        {
            for (int y = box.Start.Y; y < box.End.Y; y++, row += box.Size.X)
            {
                _channels[channel].AsSpan((((z * Extent.Y) + y) * Extent.X) + box.Start.X, box.Size.X).CopyTo(into[row..]);
            }
        }
    }
}
