using NnUNet.Core.Batches;
using NnUNet.Core.Planning;
using NnUNet.Torch.Benchmarks;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Training.Engine;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Replicas;

/// <summary>
/// Ten steps of the network of the hippocampus, with fewer features and a smaller patch. In float32 the order of sums alone changes its weights by 3e-5, be it by another number of
/// threads; in float64 nothing is left but what the replicas do otherwise.
/// </summary>
public sealed class HippocampusStepsTests : LeakCheckedTest
{
    private const int Batch = 3;
    private const int Steps = 10;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TwoReplicasWithUnevenShares_TakeTheStepsOfOneProcess(bool batchDice)
    {
        (double[] alone, long none) = ReplicasOnThreads.Run(1, group => Weights(group, batchDice))[0];

        (double[] Weights, long Sums)[] together = ReplicasOnThreads.Run(2, group => Weights(group, batchDice));

        // Then the replicas are the same to the bit, and but for rounding the same as the one process; the sums of all but the last stage had begun before
        // the backward pass ended.
        Assert.Equal(together[0].Weights, together[1].Weights);
        double worst = alone.Zip(together[0].Weights, static (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst < 1e-8, $"differ by {worst}");
        Assert.Equal(0, none);
        Assert.Equal(Steps * 6, together[0].Sums);
    }

    private static (double[] Weights, long Sums) Weights(ReplicaGroup group, bool batchDice)
    {
        using DisposeScope scope = NewDisposeScope();
        Plan plan = BenchmarkPlans.Hippocampus() with { BaseNumFeatures = 4 };
        using SegmentationNetwork network = NetworkFactory.Create(new GenericUNetFactory().Describe(plan, 0));
        network.Initialize(7);
        network.to(float64);
        DeepSupervisionLoss loss = new(new DiceCrossEntropyLoss { BatchDice = batchDice, Batch = ReplicaBatchShare.Of(group, Batch) }, DeepSupervisionLoss.DefaultWeights(3));
        using GradientSum sum = new(network, group);
        SampleShare share = group.ShareOf(Batch);
        for (int step = 0; step < Steps; step++)
        {
            using DisposeScope each = NewDisposeScope();
            using Generator generator = new((ulong)step);
            Tensor images = zeros([Batch, 1, 16, 24, 16], dtype: float64).normal_(0, 1, generator).narrow(0, share.First, share.Count);
            Tensor target = images.gt(0.5).to_type(float64) + images.gt(1.2).to_type(float64);
            network.zero_grad();
            Tensor[] outputs = network.call(images.contiguous());
            Tensor[] targets = [.. outputs.Select(o => nn.functional.interpolate(target, [.. o.shape.AsSpan(2)], mode: InterpolationMode.Nearest))];
            (loss.Compute(outputs, targets) * share.Part).backward();
            sum.Finish();
            using IDisposable noGrad = no_grad();
            foreach (Parameter parameter in network.parameters().Where(static p => p.grad is not null)) parameter.sub_(parameter.grad! * 0.01); // the coarsest output has none
        }

        return (cat([.. network.parameters().Select(static p => p.detach().flatten())]).data<double>().ToArray(), sum.BegunInBackward);
    }
}
