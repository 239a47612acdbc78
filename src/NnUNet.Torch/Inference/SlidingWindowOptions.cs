using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Inference;

/// <summary>How a network is slid over an image.</summary>
public sealed record SlidingWindowOptions
{
    /// <summary>Size of a tile in voxels, transposed array order: (z, y, x), for 2D networks (y, x). The plan's patch size.</summary>
    public required ValueArray<int> Tile { get; init; }

    /// <summary>Axes of the tile (0 = its first) along which images are mirrored; all combinations are averaged.</summary>
    /// <value>None. The network's description says which axes its training mirrored.</value>
    public ValueArray<int> MirrorAxes { get; init; }

    /// <summary>Largest step between tiles as a fraction of the tile.</summary>
    /// <value>0.5. Greater than 0, at most 1.</value>
    public double Step { get; init; } = 0.5;

    /// <summary>Whether overlapping tiles count most at their centres.</summary>
    /// <value>True.</value>
    public bool Gaussian { get; init; } = true;

    /// <summary>The weight of a tile's middle voxel, with <see cref="Gaussian"/>.</summary>
    /// <value>1.</value>
    public double GaussianPeak { get; init; } = 1;

    /// <summary>What the network's outputs mean, and what is averaged.</summary>
    /// <value>Classes, whose probabilities are averaged.</value>
    public OutputContract Outputs { get; init; } = OutputContract.V1;

    /// <summary>The labels of a previous stage that enter as one channel each, behind the image's.</summary>
    /// <value>None: 1, 2, … as many as the network has channels more than the image.</value>
    public ValueArray<int> PreviousStageLabels { get; init; }

    /// <summary>The device that computes; the network must be there.</summary>
    /// <value>The CPU.</value>
    public TorchDevice Device { get; init; } = TorchDevice.Cpu;

    /// <summary>Voxels of one batch of tiles: tiles are batched up to it; a single tile is never cut.</summary>
    /// <value>0: what suits the device, see <see cref="SlidingWindow"/>.</value>
    public long BatchVoxels { get; init; }

    /// <summary>Bytes of logits that the network makes at a time, on the CPU; not less than a slice of a tile.</summary>
    /// <value>What stays in a processor's cache.</value>
    internal long PartBytes { get; init; } = NetworkOutput.PartBytes;

    /// <summary>What a model's contract and the options of a prediction ask for.</summary>
    internal static SlidingWindowOptions Of(ModelContract contract, PredictOptions options) => new()
    {
        Tile = contract.Tiles.Size,
        MirrorAxes = options.Mirror ? contract.Network.MirrorAxes : [],
        Step = options.TileStep,
        Gaussian = options.Gaussian,
        GaussianPeak = contract.Tiles.GaussianPeak,
        Outputs = contract.Outputs,
        PreviousStageLabels = contract.PreviousStage?.Labels ?? [],
        Device = options.Device,
    };

    /// <summary>What is wrong with the options, each in one sentence; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Tile.Count is not (2 or 3) || Tile.Any(static n => n < 1)) yield return $"the tile is {Tile}, but must be 2 or 3 positive values";
        if (Step is not (> 0 and <= 1)) yield return FormattableString.Invariant($"the step is {Step}, but must be greater than 0 and at most 1");
        if (MirrorAxes.Any(a => a < 0 || a >= Tile.Count) || MirrorAxes.Distinct().Count() != MirrorAxes.Count)
        {
            yield return $"the mirror axes are {MirrorAxes}, but must be different axes of the tile {Tile}";
        }

        if (!(GaussianPeak > 0)) yield return FormattableString.Invariant($"the Gaussian's peak is {GaussianPeak}, but must be greater than 0");
        if (BatchVoxels < 0) yield return $"the voxels of a batch are {BatchVoxels}, but must not be negative";
    }
}
