using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Losses;

/// <summary>Losses of regions that overlap, held against the form with a target of one channel a region, as the original computes them.</summary>
public sealed class RegionLossTests : LeakCheckedTest
{
    private static readonly ValueArray<LabelRegion> Regions = [new("whole", [1, 2, 3]), new("core", [2, 3]), new("top", [3])];

    [Theory]
    [InlineData("DC_and_BCE_loss", false, 1, 1, 1e-5)]
    [InlineData("DC_and_BCE_loss", true, 1, 1, 1e-5)]
    [InlineData("DC_and_BCE_loss_smooth0", false, 1, 1, 0)]
    [InlineData("DC_and_BCE_loss_smooth0", true, 1, 1, 0)]
    [InlineData("SoftDiceLoss_sigmoid", true, 1, 0, 1e-5)]
    [InlineData("SoftDiceLoss_sigmoid_smooth0", false, 1, 0, 0)]
    [InlineData("BCEWithLogitsLoss", false, 0, 1, 0)]
    public void Compute_EqualsThePlainFormWithOneChannelARegion_InValueAndGradient(string name, bool batchDice, double dice, double entropy, double smooth)
    {
        // Given random logits, and labels of which 4 belongs to no region; the second sample has no 3
        RegionLoss loss = Assert.IsAssignableFrom<RegionLoss>(Catalog<SegmentationLoss>.Create(name));
        loss.Regions = Regions;
        loss.BatchDice = batchDice;
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(7);
        Tensor logits = zeros([2, 3, 5, 6, 4], dtype: float64).normal_(0, 2, generator).requires_grad_();
        Tensor plainLogits = logits.detach().clone().requires_grad_();
        Tensor target = zeros([2, 1, 5, 6, 4]).uniform_(0, 4.999, generator).floor().to_type(int16);
        target[1].masked_fill_(target[1].eq(3), 0);

        // When both forms compute value and gradient
        Tensor value = loss.Compute(logits, target);
        value.backward();
        Tensor plain = Plain(plainLogits, target, batchDice, dice, entropy, smooth);
        plain.backward();

        // Then they agree
        Assert.Equal(plain.item<double>(), value.item<double>(), 1e-12);
        Golden.AssertClose("gradient", plainLogits.grad!.data<double>().ToArray(), logits.grad!.data<double>().ToArray(), 1e-12);
    }

    [Fact]
    public void Compute_OtherOutputsThanRegions_IsRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        RegionDiceEntropyLoss loss = new() { Regions = Regions };

        Assert.Contains("4 outputs for 3 regions", Assert.Throws<ArgumentException>(() => loss.Compute(zeros(1, 4, 2, 2), zeros(1, 1, 2, 2))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DC_and_CE_loss", "DC_and_BCE_loss")]
    [InlineData("SoftDiceLoss", "SoftDiceLoss_sigmoid")]
    [InlineData("RobustCrossEntropyLoss", "BCEWithLogitsLoss")]
    [InlineData("TopKLoss", null)]
    public void ForRegions_IsALossOfRegions(string name, string? expected)
    {
        string? regions = Catalog<SegmentationLoss>.Create(name).ForRegions;

        Assert.Equal(expected, regions);
        Assert.True(regions is null || Catalog<SegmentationLoss>.Create(regions) is RegionLoss);
    }

    private static Tensor Plain(Tensor logits, Tensor target, bool batchDice, double dice, double entropy, double smooth)
    {
        Tensor truth = cat([.. Regions.Select(region => target.gt(-1).logical_and(region.Labels.Select(l => target.eq(l)).Aggregate(static (a, b) => a.logical_or(b))))], 1).to_type(float64);
        Tensor probabilities = logits.sigmoid();
        long[] axes = batchDice ? [0, 2, 3, 4] : [2, 3, 4];
        Tensor truePositive = (probabilities * truth).sum(axes);
        Tensor falsePositive = (probabilities * (1 - truth)).sum(axes);
        Tensor falseNegative = ((1 - probabilities) * truth).sum(axes);
        Tensor overlap = ((2 * truePositive) + smooth) / ((2 * truePositive) + falsePositive + falseNegative + smooth + 1e-8);
        Tensor crossEntropy = ((truth * probabilities.log()) + ((1 - truth) * (1 - probabilities).log())).mean().neg();
        return (crossEntropy * entropy) - (overlap.mean() * dice);
    }
}
