using NnUNet.Torch.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Losses;

/// <summary>Each loss for probabilities that can be reckoned with by hand, and its gradient.</summary>
public sealed class LossValueTests : LeakCheckedTest
{
    /// <summary>
    /// Two samples of four voxels. The foreground's probabilities are 0.5 0.5 0.2 0.8 of the labels 1 0 0 1, and
    /// 0.5 0.5 0.5 0.5 of the labels 0 0 0 1.
    /// </summary>
    [Theory]
    [InlineData("SoftDiceLoss", false, -(2.6 / 4 + 1.0 / 3) / 2)] // overlap 1.3 of size 2 + 2; 0.5 of 2 + 1
    [InlineData("SoftDiceLoss", true, -3.6 / 7)] // 1.8 of 4 + 3
    [InlineData("SoftDiceLoss_do_bg", true, -(3.6 / 7 + 5.6 / 9) / 2)] // background: 0.5 + 0.8 + 3 x 0.5 = 2.8 of 4 + 5
    [InlineData("SoftDiceLossSquared", false, -(2.6 / 3.18 + 1.0 / 2) / 2)] // squares 0.25 + 0.25 + 0.04 + 0.64 = 1.18; 1
    [InlineData("SoftDiceLossSquared", true, -3.6 / 5.18)]
    [InlineData("RobustCrossEntropyLoss", false, (6 * 0.6931471805599453 + 2 * 0.2231435513142097) / 8)] // six times -ln 0.5, twice -ln 0.8
    [InlineData("TopKLoss", false, 0.6931471805599453)] // the worst of eight voxels
    [InlineData("DC_and_topk_loss", true, 0.6931471805599453 - 3.6 / 7)]
    [InlineData("MCCLoss", false, -0.15)] // first sample: (1.3/4 - 0.5 x 0.5) of 0.25; second: its probabilities do not vary with the labels
    [InlineData("MCCLoss_no_bg", false, -0.15)] // of two classes each is the other's mirror image
    [InlineData("MCCLoss_no_bg", true, -2.4 / 15.491933384829668)] // tp 1.8, fp 2.2, fn 1.2, tn 2.8: 5.04 - 2.64 over the root of 4 x 3 x 5 x 4
    [InlineData("CE_to_DC_loss", true, (6 * 0.6931471805599453 + 2 * 0.2231435513142097) / 4)] // at the beginning twice the cross-entropy
    [InlineData("GDL_and_CE_loss", true, (6 * 0.6931471805599453 + 2 * 0.2231435513142097) / 8 - 3.6 / 7)] // one class: its weight cancels out
    public void LossOfProbabilities(string name, bool batchDice, double expected)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor foreground = tensor(new[] { 0.5, 0.5, 0.2, 0.8, 0.5, 0.5, 0.5, 0.5 }, [2, 1, 2, 2], dtype: float64);
        Tensor target = tensor(new float[] { 1, 0, 0, 1, 0, 0, 0, 1 }, [2, 1, 2, 2]);

        double value = LossContractTests.Create(name, batchDice).Compute(cat([1 - foreground, foreground], 1).log(), target).item<double>();

        Assert.Equal(expected, value, 1e-5);
    }

    /// <summary>Two certain voxels of which one is wrong: cross-entropy 25, Dice of the foreground 2/3.</summary>
    [Theory]
    [InlineData(0, 2, 0)]
    [InlineData(501, 2, 0)] // the weights of epoch 500
    [InlineData(502, 1.992, 0.008)]
    [InlineData(626, 1, 1)]
    [InlineData(751, 0, 2)]
    [InlineData(999, 0, 2)]
    public void EntropyToDice_ChangesWithTheEpochs(int epoch, double entropy, double dice)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = tensor(new[] { 0.0, 0, 50, 50 }, [1, 2, 1, 2], dtype: float64);
        Tensor target = tensor(new float[] { 1, 0 }, [1, 1, 1, 2]);
        EntropyToDiceLoss loss = new();

        loss.StartEpoch(epoch);

        Assert.Equal((25 * entropy) - (2 / 3.0 * dice), loss.Compute(logits, target).item<double>(), 1e-4);
    }

    [Fact]
    public void MatthewsCorrelation_OfAClassThatIsMissing_IsNoneWithoutAGradient()
    {
        // Given three classes, of which the third is in no voxel
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(3);
        Tensor logits = randn([1, 3, 4, 4], dtype: float64, generator: generator).requires_grad_();
        Tensor target = arange(16, dtype: float32).remainder(2).reshape(1, 1, 4, 4);

        // When the coefficients of both foreground classes are averaged
        Tensor value = new MatthewsForegroundLoss().Compute(logits, target);
        value.backward();

        // Then half of it is the correlation of the first class's probabilities with its voxels
        double[] said = [.. logits.softmax(1).select(1, 1).flatten().detach().data<double>()];
        double[] there = [.. target.flatten().to_type(float64).data<double>()];
        double covariance = said.Zip(there, static (p, t) => p * t).Average() - (said.Average() * there.Average());
        double correlation = covariance / Math.Sqrt(said.Average() * (1 - said.Average()) * there.Average() * (1 - there.Average()));
        Assert.Equal(-correlation / 2, value.item<double>(), 1e-12);
        Assert.True(logits.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void FocalLoss_WeighsWhatIsRightLess()
    {
        // Given logits whose sigmoids are 0.5 0.5 (right: yes no) and 0.8 0.2 (right: yes no), the voxels of two classes
        using DisposeScope scope = NewDisposeScope();
        double sure = Math.Log(4);
        Tensor logits = tensor(new[] { 0, sure, 0, -sure }, [1, 2, 1, 2], dtype: float64);

        // When the truth is class 0 in both voxels
        double value = new FocalLoss().Compute(logits, zeros(1, 1, 1, 2)).item<double>();

        // Then class 0 counts a quarter and class 1 three quarters of (1 - p)^2 (-ln p), each as the mean of two voxels
        double unsure = 0.25 * Math.Log(2);
        double right = 0.04 * -Math.Log(0.8);
        Assert.Equal((0.25 * (unsure + right) / 2) + (0.75 * (unsure + right) / 2), value, 1e-12);
    }

    [Fact]
    public void GeneralizedDice_WeighsEachClassByItsRarity()
    {
        // Given certain logits: class 1 (four voxels) all right, class 2 (one voxel) all taken for background
        using DisposeScope scope = NewDisposeScope();
        Tensor target = tensor(new float[] { 1, 1, 1, 1, 2, 0 }, [1, 1, 2, 3]);
        Tensor said = tensor(new long[] { 1, 1, 1, 1, 0, 0 }, [1, 2, 3]);
        Tensor logits = nn.functional.one_hot(said, 3).permute(0, 3, 1, 2).to_type(float64) * 50;

        // When the loss is computed
        double value = new GeneralizedDiceCrossEntropyLoss().Compute(logits, target).item<double>();

        // Then the overlap is 4/4 + 0/1 of sizes 8/4 + 1/1, and the cross-entropy is 50 in one of six voxels
        Assert.Equal((50 / 6.0) - (2 / 3.0), value, 1e-4);
    }
}
