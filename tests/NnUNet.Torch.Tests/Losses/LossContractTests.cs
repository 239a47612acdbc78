using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Torch.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Losses;

/// <summary>What every loss of the catalogue keeps to.</summary>
public sealed class LossContractTests : LeakCheckedTest
{
    public static TheoryData<string, bool> NamesAndBatchDice { get; } = Rows();

    [Theory]
    [MemberData(nameof(NamesAndBatchDice))]
    public void Loss_FallsAlongItsGradient(string name, bool batchDice)
    {
        // Given random logits and targets of 3D samples
        SegmentationLoss loss = Create(name, batchDice);
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(5);
        Tensor logits = zeros([2, 3, 4, 5, 6]).normal_(0, 1, generator).requires_grad_();
        Tensor target = zeros([2, 1, 4, 5, 6]).uniform_(0, 2.999, generator).floor();

        // When the logits take a step down the gradient
        Tensor before = loss.Compute(logits, target);
        before.backward();
        Tensor after = loss.Compute((logits - logits.grad!).detach(), target);

        // Then the loss is smaller
        Assert.True(after.item<float>() < before.item<float>(), $"{before.item<float>()} became {after.item<float>()}");
    }

    [Theory]
    [MemberData(nameof(NamesAndBatchDice))]
    public void Loss_IsSmallestForTheTruth_AndTakesTargetsOfAnyType(string name, bool batchDice)
    {
        // Given a 2D target as bytes and as floats, and logits that say it with confidence
        SegmentationLoss loss = Create(name, batchDice);
        using DisposeScope scope = NewDisposeScope();
        Tensor target = tensor(new byte[] { 0, 1, 2, 0, 1, 2, 0, 0 }, [2, 1, 2, 2]);
        Tensor right = nn.functional.one_hot(target.squeeze(1).to_type(int64), 3).permute(0, 3, 1, 2).to_type(float32) * 30;

        // When it is compared with the same logits of wrong classes
        float best = loss.Compute(right, target).item<float>();
        float bestOfFloats = loss.Compute(right, target.to_type(float32)).item<float>();
        float worst = loss.Compute(right.roll([1], [1]), target).item<float>();

        // Then it is smaller, whatever the target's type
        Assert.Equal(best, bestOfFloats);
        Assert.True(best < worst, $"{best} for the truth, {worst} for wrong classes");
    }

    [Theory]
    [MemberData(nameof(NamesAndBatchDice))]
    public void Loss_OfBackgroundAlone_IsANumberWithAGradient(string name, bool batchDice)
    {
        // Given a target without foreground, and logits that are sure of it
        SegmentationLoss loss = Create(name, batchDice);
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = cat([full([1, 1, 4, 4], 200f), full([1, 2, 4, 4], -200f)], 1).requires_grad_();

        // When the loss is computed and differentiated
        Tensor value = loss.Compute(logits, zeros([1, 1, 4, 4]));
        value.backward();

        // Then both are finite
        Assert.True(float.IsFinite(value.item<float>()));
        Assert.True(logits.grad!.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(NamesAndBatchDice))]
    public void Gradient_IsTheSlopeOfTheLoss(string name, bool batchDice)
    {
        // Given random logits in double precision, and a direction
        SegmentationLoss loss = Create(name, batchDice);
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(11);
        Tensor logits = zeros([2, 3, 3, 4, 5], dtype: float64).normal_(0, 1, generator).requires_grad_();
        Tensor target = zeros([2, 1, 3, 4, 5]).uniform_(0, 2.999, generator).floor();
        Tensor step = zeros_like(logits).normal_(0, 1e-5, generator);

        // When the loss is taken a step to either side
        loss.Compute(logits, target).backward();
        double slope = (logits.grad! * step).sum().item<double>();
        double difference = loss.Compute((logits + step).detach(), target).item<double>() - loss.Compute((logits - step).detach(), target).item<double>();

        // Then it changes as the gradient says
        Assert.Equal(2 * slope, difference, Math.Abs(slope) * 1e-4);
    }

    /// <summary>A loss by its name.</summary>
    internal static SegmentationLoss Create(string name, bool batchDice)
    {
        SegmentationLoss loss = Catalog<SegmentationLoss>.Create(name);
        loss.BatchDice = batchDice;

        // What is a class to the others is a region to these.
        if (loss is RegionLoss regions) regions.Regions = [new LabelRegion("rest", [0]), new LabelRegion("a", [1]), new LabelRegion("b", [2])];
        return loss;
    }

    private static TheoryData<string, bool> Rows()
    {
        TheoryData<string, bool> rows = [];
        foreach (string name in Catalog<SegmentationLoss>.Names)
        {
            rows.Add(name, false);
            rows.Add(name, true);
        }

        return rows;
    }
}
