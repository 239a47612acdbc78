using System.Text.Json.Nodes;
using NnUNet.Testing;
using NnUNet.Torch.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Losses;

public sealed class DiceCrossEntropyLossTests : LeakCheckedTest
{
    [SkippableTheory]
    [InlineData("sample_dice_fp32", false, ScalarType.Float32, 1e-5)]
    [InlineData("batch_dice_fp32", true, ScalarType.Float32, 1e-5)]
    [InlineData("sample_dice_fp64", false, ScalarType.Float64, 1e-6)]
    [InlineData("batch_dice_fp64", true, ScalarType.Float64, 1e-6)]
    public void TheLossAndItsParts_OfTheGoldenLogits_EqualTheOriginals(string key, bool batchDice, ScalarType type, double tolerance)
    {
        // Given the golden logits and targets
        IReadOnlyDictionary<string, GoldenArray> forward = GoldenArrays.Read("network/forward_3d_fullres.npz");
        IReadOnlyDictionary<string, GoldenArray> targets = GoldenArrays.Read("network/targets_3d_fullres.npz");
        JsonNode golden = JsonNode.Parse(File.ReadAllText(TestData.Golden("network/loss_and_training_step.json")))![key]!;
        using DisposeScope scope = NewDisposeScope();
        Tensor[] outputs = [.. Enumerable.Range(0, 3).Select(i => forward[$"output_{i}"].ToTensor().to_type(type))];
        Tensor[] labels = [.. Enumerable.Range(0, 3).Select(i => targets[$"target_{i}"].ToTensor())];
        DiceCrossEntropyLoss loss = new() { BatchDice = batchDice };

        // When the loss and its two parts are computed at each resolution, and the loss in sum
        Tensor[] dice = [.. outputs.Zip(labels, new SoftDiceLoss { BatchDice = batchDice }.Compute)];
        Tensor[] crossEntropy = [.. outputs.Zip(labels, new CrossEntropyLoss().Compute)];
        Tensor[] both = [.. outputs.Zip(labels, loss.Compute)];
        Tensor total = new DeepSupervisionLoss(loss, DeepSupervisionLoss.DefaultWeights(3)).Compute(outputs, labels);

        // Then Dice, cross-entropy, their sum and the weighted sum are the golden ones
        double[] goldenDice = [.. golden["per_scale"]!.AsArray().Select(static s => (double)s!["dice_loss"]!)];
        double[] goldenEntropy = [.. golden["per_scale"]!.AsArray().Select(static s => (double)s!["ce"]!)];
        Golden.AssertClose("dice", goldenDice, [.. dice.Select(Value)], tolerance);
        Golden.AssertClose("ce", goldenEntropy, [.. crossEntropy.Select(Value)], tolerance);
        Golden.AssertClose("both", [.. goldenDice.Zip(goldenEntropy, static (d, ce) => d + ce)], [.. both.Select(Value)], tolerance);
        Golden.AssertClose("total", [(double)golden["weighted_total"]!], [Value(total)], tolerance);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Compute_EqualsThePlainFormWithOneHotTargets_InValueAndGradient(bool batchDice)
    {
        // Given random logits of four classes, one of which is in no target
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(7);
        Tensor logits = zeros([2, 4, 5, 6, 3], dtype: float64).normal_(0, 2, generator).requires_grad_();
        Tensor plainLogits = logits.detach().clone().requires_grad_();
        Tensor target = zeros([2, 1, 5, 6, 3]).uniform_(0, 2.999, generator).floor();

        // When both forms compute value and gradient
        Tensor loss = new DiceCrossEntropyLoss { BatchDice = batchDice }.Compute(logits, target);
        loss.backward();
        Tensor plain = PlainLoss(plainLogits, target, batchDice);
        plain.backward();

        // Then they agree
        Assert.Equal(Value(plain), Value(loss), 1e-12);
        Golden.AssertClose("gradient", plainLogits.grad!.data<double>().ToArray(), logits.grad!.data<double>().ToArray(), 1e-12);
    }

    [Fact]
    public void DefaultWeights_HalveAndLeaveTheCoarsestOut()
    {
        Assert.Equal([2.0 / 3, 1.0 / 3, 0], DeepSupervisionLoss.DefaultWeights(3));
        Assert.Equal([1.0], DeepSupervisionLoss.DefaultWeights(1));
        Assert.Equal([1.0, 0], DeepSupervisionLoss.DefaultWeights(2));
    }

    [Fact]
    public void DeepSupervision_WithTooFewTargets_Refuses()
    {
        DeepSupervisionLoss loss = new(new DiceCrossEntropyLoss(), [0.6, 0.4, 0]);
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = zeros(1, 2, 2, 2);

        Assert.Throws<ArgumentException>(() => loss.Compute([logits], [zeros(1, 1, 2, 2)]));
    }

    /// <summary>The loss as the paper writes it, with one-hot targets.</summary>
    private static Tensor PlainLoss(Tensor logits, Tensor target, bool batchDice)
    {
        Tensor probabilities = logits.softmax(1);
        Tensor oneHot = zeros_like(logits).scatter_(1, target.to_type(int64), ones_like(logits));
        long[] axes = batchDice ? [0, 2, 3, 4] : [2, 3, 4];
        Tensor truePositive = (probabilities * oneHot).sum(axes);
        Tensor falsePositive = (probabilities * (1 - oneHot)).sum(axes);
        Tensor falseNegative = ((1 - probabilities) * oneHot).sum(axes);
        Tensor dice = ((2 * truePositive) + 1e-5) / ((2 * truePositive) + falsePositive + falseNegative + 1e-5 + 1e-8);
        Tensor crossEntropy = (oneHot * probabilities.log()).sum(1).mean().neg();
        return crossEntropy - dice.slice(-1, 1, 4, 1).mean();
    }

    private static double Value(Tensor tensor) => tensor.to_type(float64).item<double>();
}
