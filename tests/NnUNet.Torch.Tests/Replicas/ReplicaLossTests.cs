using NnUNet.Core.Batches;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Tests.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Replicas;

/// <summary>Every loss of the catalogue, of a batch that replicas share, is that of the batch in one piece, and so are its gradients.</summary>
public sealed class ReplicaLossTests : LeakCheckedTest
{
    private const int Batch = 5;

    public static TheoryData<string, bool> NamesAndBatchDice => LossContractTests.NamesAndBatchDice;

    [Theory]
    [MemberData(nameof(NamesAndBatchDice))]
    public void Loss_OfUnevenSharesOfABatch_HasTheValueAndTheGradientsOfTheWholeBatch(string name, bool batchDice)
    {
        // Given a batch of 5, and its loss in one piece
        (double expected, double[] slope) = ReplicasOnThreads.Run(1, group => Compute(name, batchDice, group))[0];

        // When two replicas have 3 and 2 of its samples
        (double Loss, double[] Slope)[] shared = ReplicasOnThreads.Run(2, group => Compute(name, batchDice, group));

        // Then
        Assert.All(shared, s => Assert.Equal(expected, s.Loss, 1e-12));
        double[] joined = [.. shared[0].Slope, .. shared[1].Slope];
        Assert.Equal(slope.Length, joined.Length);
        Assert.True(slope.Max(Math.Abs) > 0);
        for (int i = 0; i < slope.Length; i++) Assert.Equal(slope[i], joined[i], 1e-12);
    }

    private static (double Loss, double[] Slope) Compute(string name, bool batchDice, ReplicaGroup group)
    {
        using DisposeScope scope = NewDisposeScope();
        SegmentationLoss loss = LossContractTests.Create(name, batchDice);
        loss.Batch = ReplicaBatchShare.Of(group, Batch);
        SampleShare share = group.ShareOf(Batch);
        using Generator generator = new(5);
        Tensor all = zeros([Batch, 3, 4, 5, 6], dtype: float64).normal_(0, 1, generator);
        Tensor labels = zeros([Batch, 1, 4, 5, 6]).uniform_(0, 2.999, generator).floor();
        Tensor logits = all.narrow(0, share.First, share.Count).clone().requires_grad_();
        Tensor value = loss.Compute(logits, labels.narrow(0, share.First, share.Count));
        (value * share.Part).backward();
        return (group.Sum(value.item<double>() * share.Part)[0], logits.grad!.data<double>().ToArray());
    }
}
