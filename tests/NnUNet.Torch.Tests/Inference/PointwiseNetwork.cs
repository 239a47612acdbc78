using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Inference;

/// <summary>Looks at each voxel by itself: the logits of two classes are the sum of the channels and 0, whatever lies around.</summary>
internal sealed class PointwiseNetwork(int dimensions, int channels) : SegmentationNetwork(nameof(PointwiseNetwork))
{
    public override int Dimensions => dimensions;

    public override int InputChannels => channels;

    public override int Classes => 2;

    public override ValueArray<int> Divisor => Enumerable.Repeat(1, dimensions).ToValueArray();

    public override ValueArray<ValueArray<int>> OutputStrides => [Divisor];

    /// <summary>Samples of each call, in the order of the calls.</summary>
    public List<long> BatchSizes { get; } = [];

    /// <summary>Whether the logits lie features last, as the convolutions of a processor may leave them.</summary>
    public bool FeaturesLast { get; init; }

    public override Tensor[] forward(Tensor input)
    {
        BatchSizes.Add(input.shape[0]);
        using Tensor sum = input.sum(1, keepdim: true);
        using Tensor none = zeros_like(sum);
        Tensor logits = cat([sum, none], 1);
        return [FeaturesLast ? logits.movedim([1L], [-1L]).contiguous().movedim([-1L], [1L]) : logits];
    }

    public override void Initialize(ulong seed)
    {
    }
}
